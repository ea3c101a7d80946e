# Joins the namespaces of `Routed`, whose names begin with $1:
#
#   out 11.0.0.1 - hub - ra 11.0.0.2 | 192.168.1.1 - na 192.168.1.10
#                      - rb 11.0.0.3 | 192.168.2.1 - nb 192.168.2.10
#
# Both routers keep the port of what they translate, and let in only answers. The addresses outside look public, since
# whoever judges addresses is to take them for that; no packet leaves the namespaces.
P=$1
ip -n "${P}hub" link add br0 type bridge
ip -n "${P}hub" link set br0 up

outside() { # namespace, last part of its address
    ip link add "w_$1" netns "$P$1" type veth peer name "h_$1" netns "${P}hub"
    ip -n "${P}hub" link set "h_$1" master br0 up
    ip -n "$P$1" addr add "11.0.0.$2/24" dev "w_$1"
    ip -n "$P$1" link set "w_$1" up
}

inside() { # router, node, third part of their addresses
    ip link add "l_$1" netns "$P$1" type veth peer name "e_$2" netns "$P$2"
    ip -n "$P$1" addr add "192.168.$3.1/24" dev "l_$1"
    ip -n "$P$1" link set "l_$1" up
    ip -n "$P$2" addr add "192.168.$3.10/24" dev "e_$2"
    ip -n "$P$2" link set "e_$2" up
    ip -n "$P$2" route add default via "192.168.$3.1"
    ip netns exec "$P$1" sysctl -qw net.ipv4.ip_forward=1
    # What nobody inside asked for is dropped, not refused: a refusal would take the place that a punch needs.
    ip netns exec "$P$1" nft -f - <<RULES
table ip nat {
  chain po { type nat hook postrouting priority 100; oifname "w_$1" masquerade; }
}
table ip fw {
  chain fw_f { type filter hook forward priority 0; policy drop; ct state established,related accept; iifname "l_$1" accept; }
  chain fw_i { type filter hook input priority 0; policy accept; ct state established,related accept; iifname "w_$1" drop; }
}
RULES
}

outside out 1
outside ra 2
outside rb 3
inside ra na 1
inside rb nb 2
