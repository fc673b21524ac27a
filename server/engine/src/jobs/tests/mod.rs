//! Jobs on two nodes that share their databases, with a clock that is moved by hand, a mail server that can
//! refuse, and nodes that die or stop at any step.

mod claims;
mod mails;
mod plans;
mod world;
