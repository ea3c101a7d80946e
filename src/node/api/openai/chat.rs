//! Chat for a model that only continues text: the messages as a dialogue, whose next turn is the answer.
//!
//! Invariants: each message is one turn, `Role: text`; the text ends where the model would speak for the user.

use super::refusal::Refusal;
use super::request::Fields;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Where an answer ends.
pub(super) const STOP: &str = "\nUser:";

/// One turn.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes what `turn` takes out of the body")]
pub(super) struct Message {
    role: Role,
    content: Content,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Role {
    /// Who sets the scene.
    #[serde(alias = "developer")]
    System,
    /// Who asks.
    User,
    /// The model. An answer that ends the messages is gone on with.
    Assistant,
}

/// What is said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "a text, or a list of {\"type\": \"text\", \"text\": …}")]
enum Content {
    /// Text.
    Text(String),
    /// Pieces of text.
    Parts(Vec<Part>),
}

/// A piece of text.
#[derive(Debug, Deserialize, ToSchema)]
struct Part {
    #[serde(rename = "type")]
    kind: PartKind,
    text: String,
}

/// The only kind there is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PartKind {
    /// Text.
    Text,
}

/// The text to continue.
pub(super) fn prompt(messages: Vec<Value>) -> Result<String, Refusal> {
    if messages.is_empty() {
        return Err(Refusal::invalid("messages", "are none"));
    }
    let turns = messages.into_iter().enumerate().map(|(index, message)| turn(format!("messages[{index}]"), message));
    Ok(dialogue(&turns.collect::<Result<Vec<_>, _>>()?))
}

fn turn(place: String, message: Value) -> Result<(Role, String), Refusal> {
    let mut fields = Fields::inside(place, message)?;
    let role = fields.need("role")?;
    let text = match fields.need("content")? {
        Content::Text(text) => text,
        Content::Parts(parts) => parts.into_iter().map(|Part { kind: PartKind::Text, text }| text).collect(),
    };
    Ok((role, text))
}

fn dialogue(turns: &[(Role, String)]) -> String {
    let mut text = String::new();
    let mut open = false;
    for (index, (role, said)) in turns.iter().enumerate() {
        let said = said.trim();
        open = *role == Role::Assistant && index + 1 == turns.len();
        text.push_str(name(*role));
        if !said.is_empty() {
            text.push(' ');
            text.push_str(said);
        }
        if !open {
            text.push('\n');
        }
    }
    if !open {
        text.push_str(name(Role::Assistant));
    }
    text
}

fn name(role: Role) -> &'static str {
    match role {
        Role::System => "System:",
        Role::User => "User:",
        Role::Assistant => "Assistant:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_are_a_dialogue_that_the_model_goes_on_with() {
        let text = |messages: Value| prompt(messages.as_array().unwrap().clone()).unwrap();
        let messages = json!([
            {"role": "system", "content": " Be brief.\n"},
            {"role": "user", "content": [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]},
            {"role": "assistant", "content": "three", "name": "ignored"},
            {"role": "user", "content": ""},
        ]);
        assert_eq!(text(messages), "System: Be brief.\nUser: one two\nAssistant: three\nUser:\nAssistant:");
        let begun = json!([{"role": "developer", "content": "x"}, {"role": "assistant", "content": "Once upon"}]);
        assert_eq!(text(begun), "System: x\nAssistant: Once upon");
    }

    #[test]
    fn a_message_that_is_none_is_named() {
        for (message, place) in [
            (json!(1), "messages[0]"),
            (json!({"content": "x"}), "messages[0].role"),
            (json!({"role": "tool", "content": "x"}), "messages[0].role"),
            (json!({"role": "user"}), "messages[0].content"),
            (json!({"role": "user", "content": {"text": "x"}}), "messages[0].content"),
            (json!({"role": "user", "content": [{"type": "image_url", "text": "x"}]}), "messages[0].content"),
        ] {
            let refusal = prompt(vec![message.clone()]).unwrap_err();
            let problem = serde_json::to_value(refusal.problem()).unwrap();
            assert_eq!(problem["error"]["param"], place, "{message}: {problem}");
        }
        assert!(prompt(Vec::new()).is_err());
    }
}
