//! Looks.
use crate::app::press::{app, plain};
#[test]
fn look() {
    let size = std::env::var("LOOK").unwrap_or_default();
    let mut parts = size.split(' ');
    let Some((width, height)) = parts.next().and_then(|size| size.split_once('x')) else { return };
    let keys: Vec<&str> = parts.collect();
    let mut app = app(plain());
    let (width, height) = (width.parse().unwrap(), height.parse().unwrap());
    app.press(&keys, width, height);
    std::fs::write("/tmp/core-look.txt", app.text(width, height)).unwrap();
}
