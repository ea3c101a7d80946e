//! What keys lead to: the topmost layer first, then what is typed, then the table of keys.

use super::{Action, App, NoticeKind, tier, view};
use crate::decimal;
use crate::format::safe;
use crate::governance;
use crate::keys::{self, Command};
use crate::layers::ballot::Ballot;
use crate::layers::form::{Form, Way};
use crate::layers::question::Question;
use crate::layers::{Layer, Outcome};
use crate::panels::Reply;
use crate::snapshot::TrainingState;
use crate::theme::Theme;
use ratatui::crossterm::event::KeyEvent;

impl App {
    pub(super) fn key(&mut self, key: KeyEvent) -> Option<Action> {
        let command = keys::find(key, self.options.read_only);
        if command == Some(Command::Leave) {
            return self.interrupt();
        }
        self.leaving = false;
        // Nobody answers a question that they cannot have seen coming.
        if tier(self.size).is_none() && self.layers.is_empty() && command != Some(Command::Close) {
            return None;
        }
        if let Some(layer) = self.layers.last_mut() {
            let outcome = layer.key(key, self.size.height, self.feed.latest());
            self.dirty = true;
            return self.outcome(outcome);
        }
        if self.pages[self.page].typing() {
            let snapshot = self.feed.shown();
            let view = view(&self.feed, &snapshot, &self.options, self.size);
            self.pages[self.page].typed(key, &view);
            self.dirty = true;
            return None;
        }
        command.and_then(|command| self.command(command))
    }

    /// Text that came at once: only where text is typed, or every letter of it would be a command.
    pub(super) fn paste(&mut self, text: &str) {
        match self.layers.last_mut() {
            Some(Layer::Form(form)) => form.paste(text),
            None if self.pages[self.page].typing() => {
                let snapshot = self.feed.shown();
                let view = view(&self.feed, &snapshot, &self.options, self.size);
                self.pages[self.page].pasted(text, &view);
            }
            _ => return,
        }
        self.dirty = true;
    }

    /// What became of the topmost layer.
    pub(super) fn outcome(&mut self, outcome: Outcome) -> Option<Action> {
        match outcome {
            Outcome::Stay => None,
            Outcome::Close => {
                self.layers.pop();
                None
            }
            Outcome::Ask(question) => {
                self.layers.push(Layer::Question(question));
                None
            }
            Outcome::Act(action) => {
                let needs_node = self.layers.last().is_some_and(Layer::acts);
                if needs_node && self.feed.lost() {
                    self.refuse();
                    return None;
                }
                let form = |layer| if let Layer::Form(form) = layer { Some(form) } else { None };
                self.draft = std::mem::take(&mut self.layers).into_iter().find_map(form);
                Some(action)
            }
        }
    }

    fn refuse(&mut self) {
        self.notify(NoticeKind::Failed, "the node does not answer: nothing can be asked of it");
    }

    /// Ctrl-C: asks where leaving stops the node, and leaves at once the second time.
    fn interrupt(&mut self) -> Option<Action> {
        self.dirty = true;
        let asked = matches!(self.layers.last(), Some(Layer::Question(question)) if !question.needs_node);
        if self.leaving || asked || !self.options.owns_node {
            return Some(if self.options.owns_node { Action::StopNode } else { Action::Leave });
        }
        self.leaving = true;
        self.leave()
    }

    /// Leaves, or asks first.
    fn leave(&mut self) -> Option<Action> {
        if !self.options.owns_node {
            return Some(Action::Leave);
        }
        let text = vec!["Leave and stop the node?".to_owned(), "It lives in this process and ends with it.".to_owned()];
        self.layers.push(Layer::Question(Question::new("Leave", text, Action::StopNode, false)));
        None
    }

    pub(super) fn command(&mut self, command: Command) -> Option<Action> {
        self.dirty = true;
        match command {
            Command::Page(page) => self.page = page,
            Command::NextPage => self.page = (self.page + 1) % self.pages.len(),
            Command::PreviousPage => self.page = (self.page + self.pages.len() - 1) % self.pages.len(),
            Command::Help => self.layers.push(Layer::Help { scroll: 0 }),
            Command::Pause => self.feed.freeze(),
            Command::Theme => {
                self.options.theme = Theme::new(self.options.theme.name.next());
                self.notify(NoticeKind::Info, format!("theme {}", self.options.theme.name.as_str()));
            }
            Command::Redraw => return Some(Action::Redraw),
            Command::Mouse => return Some(self.give_mouse()),
            Command::Close => {
                if !self.pages[self.page].close() {
                    return self.leave();
                }
            }
            Command::PauseTraining => self.ask(Self::pause_training),
            Command::Stake => self.ask(Self::stake),
            Command::Unstake => self.ask(Self::unstake),
            Command::Withdraw => self.ask(Self::withdraw),
            Command::Vote => self.ask(Self::vote),
            Command::Stop => self.ask(Self::stop),
            other => {
                let reply = self.on_page(other);
                self.dirty = reply != Reply::Ignored;
            }
        }
        None
    }

    /// Hands a command to the page that is seen.
    fn on_page(&mut self, command: Command) -> Reply {
        let snapshot = self.feed.shown();
        let view = view(&self.feed, &snapshot, &self.options, self.size);
        let reply = self.pages[self.page].command(command, &view);
        self.opened(reply)
    }

    pub(super) fn opened(&mut self, reply: Reply) -> Reply {
        if reply == Reply::Detail {
            self.layers.push(Layer::Detail { scroll: 0 });
        }
        reply
    }

    fn give_mouse(&mut self) -> Action {
        self.mouse = !self.mouse;
        let words = if self.mouse {
            "the mouse is the dashboard's"
        } else {
            "the mouse is yours: select text, m takes it back"
        };
        self.notify(NoticeKind::Info, words);
        Action::Mouse(self.mouse)
    }

    /// Asks what would change something, if there is anyone to ask and anything to change.
    fn ask(&mut self, what: fn(&mut Self) -> Result<Layer, &'static str>) {
        if self.feed.lost() || !self.feed.known() {
            return self.refuse();
        }
        match what(self) {
            Ok(layer) => self.layers.push(layer),
            Err(why) => self.notify(NoticeKind::Info, why),
        }
    }

    fn pause_training(&mut self) -> Result<Layer, &'static str> {
        let training = self.feed.latest().training.as_ref().ok_or("this node does not train")?;
        let (title, text, action) = if training.state == TrainingState::Paused {
            ("Resume training", "Let training go on?", Action::ResumeTraining)
        } else {
            ("Pause training", "Pause training? A paused node earns nothing for training.", Action::PauseTraining)
        };
        Ok(Layer::Question(Question::new(title, vec![text.to_owned()], action, true)))
    }

    fn stake(&mut self) -> Result<Layer, &'static str> {
        let wallet = &self.feed.latest().wallet;
        if !wallet.own {
            return Err("this node's key does not sign for the wallet: stake where its key is");
        }
        Ok(self.form(Way::Stake))
    }

    fn unstake(&mut self) -> Result<Layer, &'static str> {
        let wallet = &self.feed.latest().wallet;
        if !wallet.own {
            return Err("this node's key does not sign for the wallet: unstake where its key is");
        }
        if !decimal::some(&wallet.staked) {
            return Err("nothing is staked");
        }
        Ok(self.form(Way::Unstake))
    }

    /// The form, with what was typed where the node refused that.
    fn form(&mut self, way: Way) -> Layer {
        let refused = self.draft.take().filter(|form| form.way == way && form.wrong.is_some());
        Layer::Form(refused.unwrap_or_else(|| Form::new(way)))
    }

    fn withdraw(&mut self) -> Result<Layer, &'static str> {
        let wallet = &self.feed.latest().wallet;
        if !wallet.own {
            return Err("this node's key does not sign for the wallet: withdraw where its key is");
        }
        if !decimal::some(&wallet.withdrawable) {
            let cooling = decimal::some(&wallet.unbonding);
            return Err(if cooling { "nothing has cooled down yet" } else { "nothing cools down" });
        }
        let text = vec![
            format!("Withdraw {} NEURO that has cooled down?", safe(&wallet.withdrawable)),
            "It can be spent again then.".to_owned(),
        ];
        Ok(Layer::Question(Question::new("Withdraw", text, Action::Withdraw, true)))
    }

    fn vote(&mut self) -> Result<Layer, &'static str> {
        let shown = self.feed.shown();
        let view = view(&self.feed, &shown, &self.options, self.size);
        let id = self.pages[self.page].chosen(&view).ok_or("choose a proposal on page 6 first")?;
        // Of a view that is paused, what is chosen may be over by now.
        let snapshot = self.feed.latest();
        let nep = snapshot.governance.neps.iter().find(|nep| nep.id == id);
        let nep = nep.ok_or("this proposal is not listed any more")?;
        match governance::refusal(nep) {
            Some(why) => Err(why),
            None => Ok(Layer::Ballot(Ballot::new(nep))),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "asked the same way as what can be refused")]
    fn stop(&mut self) -> Result<Layer, &'static str> {
        let snapshot = self.feed.latest();
        let text = vec![
            format!("Stop the node {} on {}?", crate::format::short(&snapshot.peer_id, 16), safe(&snapshot.network)),
            "It saves its work, and earns nothing until it is started again.".to_owned(),
        ];
        Ok(Layer::Question(Question::new("Stop the node", text, Action::StopNode, true)))
    }
}
