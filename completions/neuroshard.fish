# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_neuroshard_global_optspecs
    string join \n home= config= network= api= yes format= json color= v/verbose q/quiet h/help V/version
end

function __fish_neuroshard_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_neuroshard_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_neuroshard_using_subcommand
    set -l cmd (__fish_neuroshard_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c neuroshard -n "__fish_neuroshard_needs_command" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -s V -l version -d 'Print version'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "dashboard" -d 'Watch a node on the terminal, or run one and watch it'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "node" -d 'Run a node in the foreground'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "devnet" -d 'Run a whole network on this machine'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "tracker" -d 'Run a tracker: a place where nodes find each other'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "status" -d 'Show what a running node does'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "train" -d 'Train a model on this machine'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "infer" -d 'Continue a text with a trained model'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "data" -d 'Build, inspect and check training data'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "export" -d 'Write a model in the form that other programs read'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "bench" -d 'Measure how fast this machine trains, generates, keeps a ledger and answers'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "wallet" -d 'Keep keys, look at accounts, send NEURO'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "stake" -d 'Lock NEURO behind a node, and take it back'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "nep" -d 'Propose a change of the rules'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "vote" -d 'Vote on a proposal with your stake, once and for good'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "explain" -d 'Follow a transaction, receipt or reward back to its rule'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "genesis" -d 'Make and look at the file that defines a network'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "snapshot" -d 'Copy a ledger\'s state to a file, and begin a ledger from one'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "config" -d 'Show the settings, or write a file for them'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "doctor" -d 'Check home, ledger, ports, clock, device and terminal, and say how to mend them'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "completions" -d 'Print a script that completes commands and flags in a shell'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "man" -d 'Print the manual page, or write a page for every command'
complete -c neuroshard -n "__fish_neuroshard_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l attach -d 'Show the node at URL and run none' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l ascii -d 'Draw with ASCII only [default: where the locale is not UTF-8]' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l theme -d 'Colours: default, nord, gruvbox or plain [default: default, or plain with `NO_COLOR`]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l listen -d 'Listen for other nodes on this address (repeatable) [default: port 4001, TCP and QUIC; on a private devnet nowhere]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l external -d 'Tell others that this address reaches the node from outside (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l bootstrap -d 'Find the network through the node at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l tracker -d 'Find others through the tracker at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l trust -d 'Begin from the final header of this height and hash, which somebody you trust told you' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l validator -d 'Vote on blocks as soon as enough is staked behind the node' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l no-mdns -d 'Do not look for nodes on the local network' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l no-upnp -d 'Do not ask the router to open a port' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l listen-api -d 'Answer questions on this address; off for nowhere [default: 127.0.0.1:8787]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l device -d 'Compute on auto, cpu, cuda or cuda:N [default: auto]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l threads -d 'Use N processor threads [default: all cores, less one for a desktop]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l no-training -d 'Keep the ledger and train nothing' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l preset -d 'Shape of a new devnet\'s model: nano, tiny, bootstrap, or a .toml file [default: nano]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l data -d 'Train on this text instead of the one that comes with the program (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l inner-steps -d 'Inner steps of an outer round of a new devnet [default: 50]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l payout -d 'Pay what the node earns to this account of a new devnet [default: the node\'s own]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l genesis -d 'Join the network that this file defines' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l demo -d 'Play a made-up run; no node is needed'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l read-only -d 'Offer nothing that spends or controls'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand dashboard" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l listen -d 'Listen for other nodes on this address (repeatable) [default: port 4001, TCP and QUIC; on a private devnet nowhere]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l external -d 'Tell others that this address reaches the node from outside (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l bootstrap -d 'Find the network through the node at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l tracker -d 'Find others through the tracker at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l trust -d 'Begin from the final header of this height and hash, which somebody you trust told you' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l validator -d 'Vote on blocks as soon as enough is staked behind the node' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l no-mdns -d 'Do not look for nodes on the local network' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l no-upnp -d 'Do not ask the router to open a port' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l listen-api -d 'Answer questions on this address; off for nowhere [default: 127.0.0.1:8787]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l device -d 'Compute on auto, cpu, cuda or cuda:N [default: auto]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l threads -d 'Use N processor threads [default: all cores, less one for a desktop]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l no-training -d 'Keep the ledger and train nothing' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l preset -d 'Shape of a new devnet\'s model: nano, tiny, bootstrap, or a .toml file [default: nano]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l data -d 'Train on this text instead of the one that comes with the program (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l inner-steps -d 'Inner steps of an outer round of a new devnet [default: 50]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l payout -d 'Pay what the node earns to this account of a new devnet [default: the node\'s own]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l genesis -d 'Join the network that this file defines' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -f -a "status" -d 'Show what the running node does'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -f -a "stop" -d 'Save everything and end the running node'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -f -a "logs" -d 'Show what the node said in its log'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -f -a "service" -d 'Print or install the systemd unit that runs a node'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and not __fish_seen_subcommand_from status stop logs service help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -s n -l lines -d 'Show the last N lines' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l level -d 'Leave out what matters less than this' -r -f -a "trace\t'Every detail'
debug\t'What helps to find an error'
info\t'What happens'
warn\t'What may become a problem'
error\t'Problems'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Go on with what comes'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l listen -d 'Listen for other nodes on this address (repeatable) [default: port 4001, TCP and QUIC; on a private devnet nowhere]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l external -d 'Tell others that this address reaches the node from outside (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l bootstrap -d 'Find the network through the node at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l tracker -d 'Find others through the tracker at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l trust -d 'Begin from the final header of this height and hash, which somebody you trust told you' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l validator -d 'Vote on blocks as soon as enough is staked behind the node' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l no-mdns -d 'Do not look for nodes on the local network' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l no-upnp -d 'Do not ask the router to open a port' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l listen-api -d 'Answer questions on this address; off for nowhere [default: 127.0.0.1:8787]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l device -d 'Compute on auto, cpu, cuda or cuda:N [default: auto]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l threads -d 'Use N processor threads [default: all cores, less one for a desktop]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l no-training -d 'Keep the ledger and train nothing' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l preset -d 'Shape of a new devnet\'s model: nano, tiny, bootstrap, or a .toml file [default: nano]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l data -d 'Train on this text instead of the one that comes with the program (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l inner-steps -d 'Inner steps of an outer round of a new devnet [default: 50]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l payout -d 'Pay what the node earns to this account of a new devnet [default: the node\'s own]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l genesis -d 'Join the network that this file defines' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l user -d 'A unit of this user, who needs no root for it (the usual)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l system -d 'A unit of the whole machine, in /etc/systemd/system'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l install -d 'Write it where systemd finds it'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from service" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show what the running node does'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Save everything and end the running node'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Show what the node said in its log'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "service" -d 'Print or install the systemd unit that runs a node'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand node; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -f -a "up" -d 'Start nodes of a new private network, watch them, and report'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and not __fish_seen_subcommand_from up help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l nodes -d 'Run N nodes' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l validators -d 'Let N of them vote on blocks [default: all]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l epoch -d 'Make a block every so often, in whole seconds' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l preset -d 'Shape of the model: nano, tiny, bootstrap, or a .toml file' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l data -d 'Train on this text instead of the one that comes with the program (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l inner-steps -d 'Inner steps of an outer round' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l quorums -d 'Train in N quorums (comes with joint training)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l stages -d 'Cut the model of each quorum into N stages (comes with joint training)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l duration -d 'End this long after all nodes are online' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l out -d 'Keep the nodes\' homes and logs in DIR, which has to be new or empty' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l kill-node -d 'Kill node I without warning' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l at -d 'When to kill or to cut, counted from when all are online' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l restart-after -d 'Start the killed node again this long after the kill' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l partition -d 'Cut nodes A off from nodes B, as in \'0,1|2,3\'' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l heal-after -d 'Join the two parts again this long after the cut' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l adversary -d 'Let node I misbehave (comes with joint training)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l report -d 'Write the report to FILE as well' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l min-online -d 'At least N nodes are up at the end, and know another' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l min-training-nodes -d 'At least N nodes trained' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l min-total-steps -d 'At least N inner steps were made by all nodes together' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l min-max-peers -d 'The node with the most peers had at least N' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l min-post-churn-steps-delta -d 'At least N inner steps were made after the first kill or partition' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l min-post-restart-steps-delta -d 'At least N inner steps were made after the killed node was back' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l max-loss -d 'The last training loss of every node that trained is at most F' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l max-val-loss -d 'The last validation loss of every node that trained is at most F' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l check -d 'Exit with 1 if any check fails'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l require-equal-hashes -d 'All nodes that finished a round ended it with the same model'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from help" -f -a "up" -d 'Start nodes of a new private network, watch them, and report'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand devnet; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l listen -d 'Listen for nodes on this address (repeatable) [default: port 4001, TCP and QUIC]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l http -d 'Serve the public page of statistics on this address [default: nowhere]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l external -d 'Tell nodes that this address reaches it from outside (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand tracker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l preset -d 'Shape of the model: nano, tiny, bootstrap, or a .toml file [default: nano; when resuming, the run\'s]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l data -d 'Train on this text: a file, a directory, or what `data build` wrote (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l steps -d 'Train for N steps' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l tokens -d 'Train on N tokens' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l time -d 'Train for this long, as in 90, 60s, 5m, 2h' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l batch -d 'Train on N windows of text in each step [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l seq -d 'Make a window N tokens long [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l accumulate -d 'Add up the gradients of N batches before each update [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l lr -d 'Peak learning rate [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l min-lr -d 'Learning rate at the end of the schedule [default: a tenth of the peak]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l warmup -d 'Raise the learning rate over the first N steps [default: chosen from the length of the run]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l weight-decay -d 'Weight decay [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l clip -d 'Scale a gradient down to this norm when it is larger; 0 never does [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l seed -d 'Draw the first weights and the order of the data from this seed [default: 0]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l device -d 'Compute on auto, cpu, cuda or cuda:N' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l threads -d 'Use N processor threads [default: all cores]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l dtype -d 'Numbers to compute matrix products in; weights and sums stay f32 [default: f32]' -r -f -a "f32\t'32-bit floating point'
bf16\t'16-bit floating point with the range of f32: faster where the processor has such products'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l out -d 'Write checkpoints under DIR [default: one for this run under checkpoints in the home]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l val-every -d 'Measure the validation loss every N steps [default: chosen from the length of the run]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l save-every -d 'Save a checkpoint every N steps [default: chosen from the length of the run]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l keep -d 'Keep the newest N checkpoints' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l report -d 'Write a JSON summary of the run to FILE' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l resume -d 'Go on from the newest checkpoint under --out, or of the newest run in the home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l reschedule -d 'When resuming, accept another length or other settings than the run was planned for'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand train" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l model -d 'Use the model under DIR [default: the newest checkpoint in the home]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l max-tokens -d 'Write at most N tokens' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l temperature -d 'Take more chances the higher this is; 0 always takes the likeliest token' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l top-k -d 'Choose among the N likeliest tokens only' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l top-p -d 'Choose among the likeliest tokens that together have this probability' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l seed -d 'Draw from this seed, so that the same call writes the same text [default: a new one each time]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l stop -d 'Stop before this text would be written (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l quantize -d 'Keep the weights in fewer bits: less memory, faster, a little less exact' -r -f -a "none\t'32 bits each'
bf16\t'16 bits each'
int8\t'8 bits each, with a scale for every 32'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l device -d 'Compute on auto, cpu, cuda or cuda:N' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l threads -d 'Use N processor threads [default: all cores]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand infer" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "build" -d 'Tokenize text into shards with a manifest'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "inspect" -d 'Show what a data directory holds'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "verify" -d 'Check every shard of a data directory against its manifest'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "tokenize" -d 'Turn text on standard input into token ids'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "detokenize" -d 'Turn token ids on standard input back into text'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "merges" -d 'List the tokens that a model\'s vocabulary would gain most from'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and not __fish_seen_subcommand_from build inspect verify tokenize detokenize merges help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l out -d 'Write shards and manifest to DIR, which must be new or empty' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l vocab -d 'Learn a tokenizer of N ids from the text; 266 is bytes only' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l tokenizer -d 'Use this tokenizer instead of learning one: its file, or a directory that holds one' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l shard-tokens -d 'Put at most N tokens in a shard' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l val-fraction -d 'Keep this share of the text for validation' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l text-field -d 'Field or column of JSON lines and Parquet files that holds the text' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l tokenizer -d 'Use this tokenizer: its file, or a directory that holds one [default: bytes only]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from tokenize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l tokenizer -d 'Use this tokenizer: its file, or a directory that holds one [default: bytes only]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from detokenize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l model -d 'Model whose tokenizer grows [default: the network\'s, else the newest in the home]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l count -d 'List at most N pairs' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l least -d 'Leave out pairs that occur F times or less [default: the network\'s vocab.frequency]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from merges" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "build" -d 'Tokenize text into shards with a manifest'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what a data directory holds'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check every shard of a data directory against its manifest'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "tokenize" -d 'Turn text on standard input into token ids'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "detokenize" -d 'Turn token ids on standard input back into text'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "merges" -d 'List the tokens that a model\'s vocabulary would gain most from'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -f -a "gguf" -d 'Write one GGUF file for llama.cpp and what builds on it'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -f -a "hf" -d 'Write a plain Hugging Face folder'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and not __fish_seen_subcommand_from gguf hf help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l model -d 'Export the model under DIR [default: the newest checkpoint in the home]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l out -d 'Write to FILE, which must be new' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l type -d 'Store matrices as f32, f16, bf16 or `q8_0` (8 bits, a scale for each 32 values)' -r -f -a "f32\t'32 bits, exact'
f16\t'16 bits, half precision'
bf16\t'16 bits with the range of f32'
q8_0\t'8 bits, a scale for each 32 values'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from gguf" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l model -d 'Export the model under DIR [default: the newest checkpoint in the home]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l out -d 'Write to DIR, which must be new or empty' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l type -d 'Store weights as f32, f16 or bf16 [default: as they are]' -r -f -a "f32\t'32 bits, exact'
f16\t'16 bits, half precision'
bf16\t'16 bits with the range of f32'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from hf" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "gguf" -d 'Write one GGUF file for llama.cpp and what builds on it'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "hf" -d 'Write a plain Hugging Face folder'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l preset -d 'Shape of the model: nano, tiny, bootstrap, or a .toml file' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l device -d 'Compute on auto, cpu, cuda or cuda:N' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l threads -d 'Use N processor threads [default: all cores]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l batch -d 'Sequences in a training step [default: the preset\'s]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l dtype -d 'Numbers to train and multiply in' -r -f -a "f32\t'32-bit floating point'
bf16\t'16-bit floating point with the range of f32: faster where the processor has such products'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l quantize -d 'How to keep the weights that generate' -r -f -a "none\t'32 bits each'
bf16\t'16 bits each'
int8\t'8 bits each, with a scale for every 32'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l against -d 'Measure another program side by side, in turns, and print the ratio' -r -f -a "pytorch\t'`PyTorch` (pip install torch)'
pytorch-compiled\t'`PyTorch`, compiled'
llama\t'llama.cpp, on the exported model (pip install llama-cpp-python)'
grpc\t'gRPC streams without TLS (`net/baselines/grpc`)'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l seconds -d 'Measure each figure for N seconds' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l accounts -d 'Accounts in the ledger that is measured, or votes that are counted' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l ledger -d 'Open this ledger of an earlier measurement, once; how a measurement runs itself' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l model -d 'Measure this model instead of one with fresh weights' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "new" -d 'Make a wallet'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "import" -d 'Bring a wallet back from its 12 or 24 words'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "list" -d 'List the wallets in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "show" -d 'Show a wallet\'s address and where it is kept'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "use" -d 'Choose the wallet that commands take when none is named'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "balance" -d 'Show what an account has: available, staked, unbonding, pending'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "send" -d 'Send NEURO to an address'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "broadcast" -d 'Send a transaction that was signed offline'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "history" -d 'List what came in and went out of an account'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "receive" -d 'Show the address to be paid at, on a terminal as a QR code too'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "export" -d 'Show the words that a wallet is made of'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "sign" -d 'Sign a text, to show whose account it is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "verify" -d 'Check who signed a text'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "passwd" -d 'Change a wallet\'s passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and not __fish_seen_subcommand_from new import list show use balance send broadcast history receive export sign verify passwd help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l node -d 'Take the key of the node in this home, which has no passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l verify -d 'Check the proof that comes with the answer, so that no node has to be trusted'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from balance" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l out -d 'With --offline: write the signed transaction to FILE, which must be new' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l nonce -d 'With --offline: the account\'s next number, as `wallet balance` shows it' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l expires -d 'With --offline: the last height at which the transaction is valid' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l chain -d 'With --offline: the chain that the transaction is for' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l offline -d 'Sign here without any network, and write the transaction to --out'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from broadcast" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l node -d 'Take the key of the node in this home, which has no passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from receive" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l reveal -d 'Show the words'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l node -d 'Take the key of the node in this home, which has no passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l node -d 'Take the key of the node in this home, which has no passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l new-passphrase-file -d 'Read the new one from the first line of FILE [default: `NEUROSHARD_NEW_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from passwd" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "new" -d 'Make a wallet'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "import" -d 'Bring a wallet back from its 12 or 24 words'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the wallets in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a wallet\'s address and where it is kept'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "use" -d 'Choose the wallet that commands take when none is named'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "balance" -d 'Show what an account has: available, staked, unbonding, pending'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "send" -d 'Send NEURO to an address'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "broadcast" -d 'Send a transaction that was signed offline'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "history" -d 'List what came in and went out of an account'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "receive" -d 'Show the address to be paid at, on a terminal as a QR code too'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "export" -d 'Show the words that a wallet is made of'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "sign" -d 'Sign a text, to show whose account it is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check who signed a text'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "passwd" -d 'Change a wallet\'s passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand wallet; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -f -a "add" -d 'Lock NEURO for a number of days'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -f -a "remove" -d 'Start to take stake back, once its lock is over'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -f -a "withdraw" -d 'Move removed stake whose cooldown is over to the balance'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -f -a "status" -d 'Show what an account has locked, and until when'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -f -a "validators" -d 'List the validators and the stake behind each'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and not __fish_seen_subcommand_from add remove withdraw status validators help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l days -d 'Lock it for N days' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l behind -d 'Put the stake behind this account instead of one\'s own' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from validators" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from help" -f -a "add" -d 'Lock NEURO for a number of days'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Start to take stake back, once its lock is over'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Move removed stake whose cooldown is over to the balance'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show what an account has locked, and until when'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from help" -f -a "validators" -d 'List the validators and the stake behind each'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand stake; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "template" -d 'Print an example of a proposal to begin with'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "hash" -d 'Print the content hash of a proposal'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "check" -d 'Say everything that is wrong with a proposal, each with its line'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "describe" -d 'Say in one line what a proposal costs and earns'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "simulate" -d 'Say who would earn what by a proposal'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "submit" -d 'Propose something to the network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "list" -d 'List proposals, the newest first'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "show" -d 'Show a proposal: what it changes, where it is, how the votes stand'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "results" -d 'Show how the votes on a proposal stand, and what is missing'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "wait" -d 'Wait until a proposal has a status'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "amend" -d 'Change your proposal while it is reviewed; the review begins anew'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "withdraw" -d 'Take your proposal back while it is reviewed; its deposit goes to the pool'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "support" -d 'Ask for a vote on taking new tokens back'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "params" -d 'List what proposals can change: values, ranges, and the types that may'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and not __fish_seen_subcommand_from template hash check describe simulate submit list show results wait amend withdraw support params help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from template" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from hash" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l epochs -d 'Look at the last N blocks' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from submit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l status -d 'Only those at this point of their way' -r -f -a "review\t'Discussed; its author may change it'
voting\t'Voted on'
approved\t'Scheduled, or in force already'
scheduled\t'Approved and waiting for its block'
active\t'In force'
rejected\t'Voted down, or too few voted'
withdrawn\t'Taken back by its author'
failed\t'Approved, and impossible by then'
deprecated\t'Superseded by another'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l type -d 'Only those of this type' -r -f -a "arch\t'The model\'s shape and its parts'
econ\t'Rewards, fees and stake'
train\t'How the model is trained'
net\t'How nodes work together'
gov\t'How decisions are made'
emergency\t'What can\'t wait'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l full -d 'Show motivation and specification too'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from results" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l status -d 'What to wait for' -r -f -a "review\t'Discussed; its author may change it'
voting\t'Voted on'
approved\t'Scheduled, or in force already'
scheduled\t'Approved and waiting for its block'
active\t'In force'
rejected\t'Voted down, or too few voted'
withdrawn\t'Taken back by its author'
failed\t'Approved, and impossible by then'
deprecated\t'Superseded by another'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l timeout -d 'Give up after this long [default: never]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from amend" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from support" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from params" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "template" -d 'Print an example of a proposal to begin with'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "hash" -d 'Print the content hash of a proposal'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "check" -d 'Say everything that is wrong with a proposal, each with its line'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Say in one line what a proposal costs and earns'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "simulate" -d 'Say who would earn what by a proposal'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "submit" -d 'Propose something to the network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "list" -d 'List proposals, the newest first'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a proposal: what it changes, where it is, how the votes stand'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "results" -d 'Show how the votes on a proposal stand, and what is missing'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "wait" -d 'Wait until a proposal has a status'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "amend" -d 'Change your proposal while it is reviewed; the review begins anew'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Take your proposal back while it is reviewed; its deposit goes to the pool'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "support" -d 'Ask for a vote on taking new tokens back'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "params" -d 'List what proposals can change: values, ranges, and the types that may'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand nep; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l reason -d 'Say why, for everyone to read' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l from -d 'Sign with the wallet NAME [default: the one that `wallet use` chose, else the oldest]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l fee-limit -d 'Pay at most AMOUNT NEURO as the fee [default: what the network asks for]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l passphrase-file -d 'Read the passphrase from the first line of FILE [default: `NEUROSHARD_PASSPHRASE`, else ask]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l wait -d 'Wait this long until the transaction is final' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l node -d 'Sign with the key of the node in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l no-wait -d 'Return once a node has accepted the transaction'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand vote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -f -a "new" -d 'Write a genesis file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -f -a "show" -d 'Show what a genesis file, or the network of this home, is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -f -a "check" -d 'Check that a genesis file defines a network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and not __fish_seen_subcommand_from new show check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l name -d 'Name of the network: lower-case letters, digits and -' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l validator -d 'Public key of a first validator\'s node, as its `started` event says it (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l preset -d 'Shape of the model: nano, tiny, bootstrap, or a .toml file' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l data -d 'Train on this text instead of the one that comes with the program (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l out -d 'Write the file here' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from help" -f -a "new" -d 'Write a genesis file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what a genesis file, or the network of this home, is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check that a genesis file defines a network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand genesis; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -f -a "export" -d 'Write the state after the last block into a file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -f -a "import" -d 'Begin a ledger from a file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and not __fish_seen_subcommand_from export import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l trust -d 'Hash of the block that it is of, from someone you trust; `snapshot export` prints it' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write the state after the last block into a file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from help" -f -a "import" -d 'Begin a ledger from a file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand snapshot; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "show" -d 'Show every setting, its value and where that comes from'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "path" -d 'Name the settings file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "init" -d 'Write a settings file in which every setting is explained and left as it is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l listen -d 'Listen for other nodes on this address (repeatable) [default: port 4001, TCP and QUIC; on a private devnet nowhere]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l external -d 'Tell others that this address reaches the node from outside (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l bootstrap -d 'Find the network through the node at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l tracker -d 'Find others through the tracker at this address (repeatable)' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l trust -d 'Begin from the final header of this height and hash, which somebody you trust told you' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l validator -d 'Vote on blocks as soon as enough is staked behind the node' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l no-mdns -d 'Do not look for nodes on the local network' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l no-upnp -d 'Do not ask the router to open a port' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l listen-api -d 'Answer questions on this address; off for nowhere [default: 127.0.0.1:8787]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l device -d 'Compute on auto, cpu, cuda or cuda:N [default: auto]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l threads -d 'Use N processor threads [default: all cores, less one for a desktop]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l no-training -d 'Keep the ledger and train nothing' -r -f -a "true\t''
false\t''"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l preset -d 'Shape of a new devnet\'s model: nano, tiny, bootstrap, or a .toml file [default: nano]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l data -d 'Train on this text instead of the one that comes with the program (repeatable)' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l inner-steps -d 'Inner steps of an outer round of a new devnet [default: 50]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l payout -d 'Pay what the node earns to this account of a new devnet [default: the node\'s own]' -r
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l genesis -d 'Join the network that this file defines' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every setting, its value and where that comes from'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "path" -d 'Name the settings file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a settings file in which every setting is explained and left as it is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand completions" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l home -d 'Keep what the program writes under DIR [env: NEUROSHARD_HOME] [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l config -d 'Read settings from FILE [env: NEUROSHARD_CONFIG] [default: see `neuroshard config path`]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l network -d 'Use the network of this name or genesis file [default: the last one]' -r -F
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l api -d 'Ask the node at URL instead of the one that runs on this home' -r -f
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l format -d 'Print text for people, or json: one object a line, for programs' -r -f -a "text\t'Text made for people'
json\t'One JSON object a line'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l color -d 'Use colour: auto, always or never; `NO_COLOR` turns auto off' -r -f -a "auto\t'On a terminal that shows it, unless `NO_COLOR` is set'
always\t'Even into a file or a pipe'
never\t'Not at all'"
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l yes -d 'Answer yes to whatever would be asked'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -l json -d 'Short for `--format json`'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -s v -l verbose -d 'Say more about what happens; twice for still more'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -s q -l quiet -d 'Print no progress and no hints'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand man" -s h -l help -d 'Print help'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "dashboard" -d 'Watch a node on the terminal, or run one and watch it'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "node" -d 'Run a node in the foreground'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "devnet" -d 'Run a whole network on this machine'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "tracker" -d 'Run a tracker: a place where nodes find each other'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "status" -d 'Show what a running node does'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "train" -d 'Train a model on this machine'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "infer" -d 'Continue a text with a trained model'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "data" -d 'Build, inspect and check training data'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "export" -d 'Write a model in the form that other programs read'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "bench" -d 'Measure how fast this machine trains, generates, keeps a ledger and answers'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "wallet" -d 'Keep keys, look at accounts, send NEURO'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "stake" -d 'Lock NEURO behind a node, and take it back'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "nep" -d 'Propose a change of the rules'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "vote" -d 'Vote on a proposal with your stake, once and for good'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "explain" -d 'Follow a transaction, receipt or reward back to its rule'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "genesis" -d 'Make and look at the file that defines a network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "snapshot" -d 'Copy a ledger\'s state to a file, and begin a ledger from one'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "config" -d 'Show the settings, or write a file for them'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "doctor" -d 'Check home, ledger, ports, clock, device and terminal, and say how to mend them'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "completions" -d 'Print a script that completes commands and flags in a shell'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "man" -d 'Print the manual page, or write a page for every command'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and not __fish_seen_subcommand_from dashboard node devnet tracker status train infer data export bench wallet stake nep vote explain genesis snapshot config doctor completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "status" -d 'Show what the running node does'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "stop" -d 'Save everything and end the running node'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "logs" -d 'Show what the node said in its log'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from node" -f -a "service" -d 'Print or install the systemd unit that runs a node'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from devnet" -f -a "up" -d 'Start nodes of a new private network, watch them, and report'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "build" -d 'Tokenize text into shards with a manifest'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "inspect" -d 'Show what a data directory holds'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "verify" -d 'Check every shard of a data directory against its manifest'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "tokenize" -d 'Turn text on standard input into token ids'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "detokenize" -d 'Turn token ids on standard input back into text'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "merges" -d 'List the tokens that a model\'s vocabulary would gain most from'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "gguf" -d 'Write one GGUF file for llama.cpp and what builds on it'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "hf" -d 'Write a plain Hugging Face folder'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "new" -d 'Make a wallet'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "import" -d 'Bring a wallet back from its 12 or 24 words'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "list" -d 'List the wallets in this home'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "show" -d 'Show a wallet\'s address and where it is kept'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "use" -d 'Choose the wallet that commands take when none is named'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "balance" -d 'Show what an account has: available, staked, unbonding, pending'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "send" -d 'Send NEURO to an address'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "broadcast" -d 'Send a transaction that was signed offline'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "history" -d 'List what came in and went out of an account'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "receive" -d 'Show the address to be paid at, on a terminal as a QR code too'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "export" -d 'Show the words that a wallet is made of'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "sign" -d 'Sign a text, to show whose account it is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "verify" -d 'Check who signed a text'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from wallet" -f -a "passwd" -d 'Change a wallet\'s passphrase'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from stake" -f -a "add" -d 'Lock NEURO for a number of days'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from stake" -f -a "remove" -d 'Start to take stake back, once its lock is over'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from stake" -f -a "withdraw" -d 'Move removed stake whose cooldown is over to the balance'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from stake" -f -a "status" -d 'Show what an account has locked, and until when'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from stake" -f -a "validators" -d 'List the validators and the stake behind each'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "template" -d 'Print an example of a proposal to begin with'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "hash" -d 'Print the content hash of a proposal'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "check" -d 'Say everything that is wrong with a proposal, each with its line'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "describe" -d 'Say in one line what a proposal costs and earns'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "simulate" -d 'Say who would earn what by a proposal'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "submit" -d 'Propose something to the network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "list" -d 'List proposals, the newest first'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "show" -d 'Show a proposal: what it changes, where it is, how the votes stand'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "results" -d 'Show how the votes on a proposal stand, and what is missing'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "wait" -d 'Wait until a proposal has a status'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "amend" -d 'Change your proposal while it is reviewed; the review begins anew'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "withdraw" -d 'Take your proposal back while it is reviewed; its deposit goes to the pool'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "support" -d 'Ask for a vote on taking new tokens back'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from nep" -f -a "params" -d 'List what proposals can change: values, ranges, and the types that may'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from genesis" -f -a "new" -d 'Write a genesis file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from genesis" -f -a "show" -d 'Show what a genesis file, or the network of this home, is'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from genesis" -f -a "check" -d 'Check that a genesis file defines a network'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from snapshot" -f -a "export" -d 'Write the state after the last block into a file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from snapshot" -f -a "import" -d 'Begin a ledger from a file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every setting, its value and where that comes from'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "path" -d 'Name the settings file'
complete -c neuroshard -n "__fish_neuroshard_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a settings file in which every setting is explained and left as it is'
