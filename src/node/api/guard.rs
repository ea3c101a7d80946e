//! Who is answered.
//!
//! Invariants: without the token only this machine is answered, under its own name, and no web page of elsewhere; with it
//! anyone is, but still no web page of elsewhere; what spends or controls is done for the token alone.

use super::{Door, Problem};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::SocketAddr;

/// W3C Fetch Metadata.
const SEC_FETCH_SITE: header::HeaderName = header::HeaderName::from_static("sec-fetch-site");

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// That a request showed the token; handlers that spend or control ask for it.
pub(super) struct Authorised;

impl FromRequestParts<Door> for Authorised {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Problem> {
        if shows_token(&parts.headers, door) {
            return Ok(Self);
        }
        let says = "this needs the token in HOME/api-token: Authorization: Bearer TOKEN";
        Err(Problem::new(StatusCode::UNAUTHORIZED, super::TOKEN, says))
    }
}

/// Refuses whoever is not to be answered.
pub(super) async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    // Whoever asks in this process has no address.
    let near = request.extensions().get::<Peer>().is_none_or(|peer| peer.0.ip().to_canonical().is_loopback());
    let known = near && names_this_machine(headers);
    if !is_of_here(headers) || !(known || shows_token(headers, &door)) {
        let says = "only this machine is answered, under its own name; others show the token in HOME/api-token";
        return Problem::new(StatusCode::FORBIDDEN, "forbidden", says).into_response();
    }
    next.run(request).await
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn shows_token(headers: &HeaderMap, door: &Door) -> bool {
    let shown = text(headers, header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    shown.is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && door.token.is(token.trim()))
}

/// A name of elsewhere that leads here would let a web page of that name in.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = text(headers, header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// Browsers say which page a request is from; of what a page shows or runs they say at least whether it is its own.
fn is_of_here(headers: &HeaderMap) -> bool {
    if text(headers, SEC_FETCH_SITE).is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    let origin = text(headers, header::ORIGIN).and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, name)| Some(name) == text(headers, header::HOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pages_of_elsewhere_and_names_of_others_are_not_answered() {
        let from = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            names_this_machine(&headers) && is_of_here(&headers)
        };
        assert!(from("127.0.0.1:8787", None) && from("localhost:8787", None) && from("[::1]:8787", None));
        assert!(from("127.0.0.1:8787", Some("http://127.0.0.1:8787")));
        assert!(!from("evil.example:8787", None) && !from("127.0.0.1.evil.example", None));
        assert!(!from("127.0.0.1:8787", Some("https://evil.example")));
        assert!(!from("127.0.0.1:8787", Some("null")) && !from("127.0.0.1:8787", Some("\u{e9}")));
        assert!(!names_this_machine(&HeaderMap::new()));
        for (site, answered) in [("none", true), ("same-origin", true), ("same-site", false), ("cross-site", false)] {
            let headers = HeaderMap::from_iter([(SEC_FETCH_SITE, site.parse().unwrap())]);
            assert_eq!(is_of_here(&headers), answered, "{site}");
        }
    }
}
