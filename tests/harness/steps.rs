//! Fail-points: the named steps of a node's dangerous work, watched, held or made the last one.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use futures_util::future::BoxFuture;
use rowhouse_store::Steps;
use tokio::sync::watch;

/// Counts every step and holds the work at those that have a gate.
#[derive(Debug, Default)]
pub struct Probe(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    counts: HashMap<&'static str, usize>,
    gates: HashMap<String, Arc<State>>,
}

#[derive(Debug)]
struct State {
    open: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
}

/// A closed gate at a step: whoever reaches the step waits until it opens. It opens when it is dropped.
#[derive(Debug)]
pub struct Gate(Arc<State>);

impl Probe {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no test panics here")
    }

    /// Closes a gate at `step`; an earlier one of the same step stays as it is.
    pub fn gate(&self, step: &str) -> Gate {
        let state = Arc::new(State { open: watch::Sender::new(false), waiting: watch::Sender::new(0) });
        self.inner().gates.insert(step.to_owned(), state.clone());
        Gate(state)
    }

    /// How often `step` was reached.
    pub fn count(&self, step: &str) -> usize {
        self.inner().counts.get(step).copied().unwrap_or_default()
    }
}

impl Gate {
    /// Waits until `many` have come to the gate.
    ///
    /// # Panics
    /// If they do not.
    pub async fn arrived(&self, many: usize) {
        let mut waiting = self.0.waiting.subscribe();
        let come = waiting.wait_for(|count| *count >= many);
        tokio::time::timeout(crate::PATIENCE, come)
            .await
            .expect("nobody came to the gate")
            .expect("it stands");
    }

    /// Lets everybody pass.
    pub fn open(&self) {
        self.0.open.send_replace(true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

impl Steps for Probe {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        let mut inner = self.inner();
        *inner.counts.entry(step).or_default() += 1;
        let gate = inner.gates.get(step).cloned();
        Box::pin(async move {
            let Some(gate) = gate.filter(|gate| !*gate.open.borrow()) else { return };
            gate.waiting.send_modify(|count| *count += 1);
            // a gate that is gone is open
            let _ = gate.open.subscribe().wait_for(|open| *open).await;
        })
    }
}

/// Says on standard output that a step is reached and goes no further: whoever reads it kills the process.
#[derive(Debug)]
pub struct HaltAt(pub String);

impl Steps for HaltAt {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        if self.0 != step {
            return Box::pin(std::future::ready(()));
        }
        tell("halted", step);
        Box::pin(std::future::pending())
    }
}

/// Obeys while it runs, a line at a time: `halt STEP` as [`HaltAt`], `delay STEP MILLISECONDS`, `go` to pass
/// every step again. Says `steered` to each.
#[derive(Clone, Debug, Default)]
pub struct Steered(Arc<Mutex<HashMap<String, Order>>>);

#[derive(Clone, Copy, Debug)]
enum Order {
    Halt,
    Delay(Duration),
}

impl Steered {
    /// Takes an order; those that mean nothing are `false`.
    #[must_use]
    pub fn obey(&self, line: &str) -> bool {
        let mut orders = self.0.lock().expect("nobody panics here");
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["go"] => orders.clear(),
            ["halt", step] => _ = orders.insert((*step).to_owned(), Order::Halt),
            ["delay", step, time] => {
                let Ok(time) = time.parse() else { return false };
                orders.insert((*step).to_owned(), Order::Delay(Duration::from_millis(time)));
            }
            _ => return false,
        }
        tell("steered", line);
        true
    }
}

impl Steps for Steered {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        let order = self.0.lock().expect("nobody panics here").get(step).copied();
        match order {
            None => Box::pin(std::future::ready(())),
            Some(Order::Delay(time)) => Box::pin(tokio::time::sleep(time)),
            Some(Order::Halt) => {
                tell("halted", step);
                Box::pin(std::future::pending())
            }
        }
    }
}

/// Says on standard output that a step is reached and stays there for a second.
#[derive(Debug)]
pub struct DelayAt(pub String);

impl Steps for DelayAt {
    fn reached(&self, step: &'static str) -> BoxFuture<'static, ()> {
        if self.0 != step {
            return Box::pin(std::future::ready(()));
        }
        tell("delayed", step);
        Box::pin(tokio::time::sleep(Duration::from_secs(1)))
    }
}

fn tell(word: &str, step: &str) {
    println!("{word} {step}");
    let _ = std::io::stdout().flush();
}
