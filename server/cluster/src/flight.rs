//! Single flight: however many ask for one thing at once, it is made once on this node.
//!
//! The making runs by itself, so a client that goes away ends nothing, and a failure or panic reaches all who
//! wait and leaves no trace. Who came after the making began takes its result only if that is fresh enough.

use std::{
    collections::HashMap,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::FutureExt;
use rowhouse_domain::{
    Moment,
    clock::SharedClock,
    coherence::{PreHashed, RenderKey},
};
use tokio::{runtime::Handle, sync::watch};

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlightError<E> {
    /// The making failed.
    #[error("{0}")]
    Failed(E),
    /// The making panicked.
    #[error("the page could not be made: its making panicked")]
    Panicked,
    /// The program is stopping.
    #[error("the page could not be made: the program is stopping")]
    Stopped,
}

/// Who carries a making out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crew {
    /// A task: it waits for servers and keeps no thread meanwhile.
    Task,
    /// A thread of its own: the making keeps it from beginning to end.
    Thread,
}

/// A result and how it was come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed<T> {
    /// The result.
    pub value: T,
    /// Whether another request's making was joined.
    pub joined: bool,
}

type Outcome<T, E> = Result<T, FlightError<E>>;

type Boarded<T, E> = Result<(Arc<Flight<T, E>>, bool), FlightError<E>>;

struct Flight<T, E> {
    asked: Moment,
    done: watch::Receiver<Option<Outcome<T, E>>>,
}

type ByKey<T, E> = HashMap<RenderKey, Arc<Flight<T, E>>, PreHashed>;
type Flying<T, E> = Arc<Mutex<ByKey<T, E>>>;

/// What is being made.
pub struct Flights<T, E> {
    runtime: Handle,
    clock: SharedClock,
    flying: Flying<T, E>,
}

impl<T, E> Flights<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// Makings run on `runtime`, whoever waits for them.
    pub fn new(runtime: Handle, clock: SharedClock) -> Self {
        Self { runtime, clock, flying: Arc::default() }
    }

    /// How many makings are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        lock(&self.flying).len()
    }

    /// Joins the making of `key` or starts it. What this request's own making made counts. What another's made
    /// counts if `fresh` says so, told when that making began; else it is made anew. A failure counts if its
    /// making began at or after `need`.
    ///
    /// # Errors
    /// The failure of the making that would have counted.
    pub async fn fly<F>(
        &self,
        key: &RenderKey,
        need: Moment,
        by: Crew,
        fresh: impl Fn(&T, Moment) -> bool,
        make: impl FnOnce() -> F,
    ) -> Result<Landed<T>, FlightError<E>>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let mut make = Some(make);
        loop {
            let (flight, joined) = self.board(key, by, &mut make)?;
            let outcome = landed(&flight).await;
            match outcome {
                Ok(value) if !joined || fresh(&value, flight.asked) => {
                    return Ok(Landed { value, joined });
                }
                Err(fault) if !joined || flight.asked >= need => return Err(fault),
                // Made from what was read too early for this request; the next making is not.
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// The making under way, or one started now; and whether it was under way.
    fn board<F>(&self, key: &RenderKey, by: Crew, make: &mut Option<impl FnOnce() -> F>) -> Boarded<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let mut flying = lock(&self.flying);
        if let Some(flight) = flying.get(key) {
            return Ok((flight.clone(), true));
        }
        // Before anything is entered, because it is the caller's code and may panic.
        let making = make.take().ok_or(FlightError::Stopped)?();
        let (land, done) = watch::channel(None);
        let flight = Arc::new(Flight { asked: self.clock.moment(), done });
        flying.insert(key.clone(), flight.clone());
        drop(flying);
        let (flying, key) = (self.flying.clone(), key.clone());
        let flown = async move {
            let outcome = match AssertUnwindSafe(making).catch_unwind().await {
                Ok(made) => made.map_err(FlightError::Failed),
                Err(_) => Err(FlightError::Panicked),
            };
            // Before the news, so that nobody who hears it finds this flight again.
            lock(&flying).remove(&key);
            land.send_replace(Some(outcome));
        };
        match by {
            Crew::Task => drop(self.runtime.spawn(flown)),
            Crew::Thread => {
                let within = self.runtime.clone();
                drop(self.runtime.spawn_blocking(move || within.block_on(flown)));
            }
        }
        Ok((flight, false))
    }
}

async fn landed<T: Clone, E: Clone>(flight: &Flight<T, E>) -> Outcome<T, E> {
    let mut done = flight.done.clone();
    let seen = done.wait_for(Option::is_some).await;
    seen.ok().and_then(|outcome| outcome.clone()).unwrap_or(Err(FlightError::Stopped))
}

fn lock<T, E>(flying: &Flying<T, E>) -> MutexGuard<'_, ByKey<T, E>> {
    flying.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        time::Duration,
    };

    use jiff::Timestamp;
    use rowhouse_domain::{Clock, TenantId, coherence::KeySpace};
    use tokio::sync::Notify;

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
        fn moment(&self) -> Moment {
            Moment(self.0.load(Ordering::SeqCst))
        }
    }

    struct Scene {
        clock: Arc<Hand>,
        flights: Arc<Flights<u64, &'static str>>,
        key: RenderKey,
        made: Arc<AtomicU64>,
        gate: Arc<Notify>,
    }

    fn scene() -> Scene {
        let clock = Arc::new(Hand::default());
        let flights = Arc::new(Flights::new(Handle::current(), clock.clone() as SharedClock));
        let key = KeySpace::new(TenantId::fresh(), "", "t", "b", 1).key("/", "", "html", "en");
        Scene { clock, flights, key, made: Arc::default(), gate: Arc::default() }
    }

    impl Scene {
        /// A request at the clock's present time that needs what was asked for by then.
        fn request(
            &self,
            valid: bool,
        ) -> tokio::task::JoinHandle<Result<Landed<u64>, FlightError<&'static str>>> {
            let need = self.clock.moment();
            let (flights, key) = (self.flights.clone(), self.key.clone());
            let (made, gate) = (self.made.clone(), self.gate.clone());
            tokio::spawn(async move {
                let make = || async move {
                    let number = made.fetch_add(1, Ordering::SeqCst) + 1;
                    gate.notified().await;
                    Ok(number)
                };
                flights.fly(&key, need, Crew::Task, |_, asked| valid || asked >= need, make).await
            })
        }

        async fn settle(&self) {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn many_requests_at_once_are_one_making() {
        let scene = scene();
        let requests: Vec<_> = (0..50).map(|_| scene.request(false)).collect();
        scene.settle().await;
        assert_eq!((scene.made.load(Ordering::SeqCst), scene.flights.under_way()), (1, 1));
        scene.gate.notify_one();
        let mut led = 0;
        for request in requests {
            let landed = request.await.unwrap().unwrap();
            assert_eq!(landed.value, 1);
            led += usize::from(!landed.joined);
        }
        assert_eq!((led, scene.flights.under_way()), (1, 0));
    }

    #[tokio::test]
    async fn a_later_request_takes_an_earlier_making_only_if_it_is_valid() {
        for (valid, expected) in [(true, 1), (false, 2)] {
            let scene = scene();
            let first = scene.request(false);
            scene.settle().await;
            scene.clock.0.store(5, Ordering::SeqCst);
            let second = scene.request(valid);
            scene.settle().await;
            scene.gate.notify_one();
            assert_eq!(first.await.unwrap().unwrap().value, 1);
            scene.settle().await;
            scene.gate.notify_one();
            assert_eq!(second.await.unwrap().unwrap().value, expected);
        }
    }

    #[tokio::test]
    async fn a_client_that_goes_away_ends_nothing() {
        let scene = scene();
        let leader = scene.request(false);
        scene.settle().await;
        let follower = scene.request(false);
        leader.abort();
        scene.settle().await;
        scene.gate.notify_one();
        let landed = follower.await.unwrap().unwrap();
        assert_eq!((landed.value, landed.joined), (1, true));
    }

    #[tokio::test]
    async fn failures_and_panics_reach_all_and_leave_no_trace() {
        let scene = scene();
        let fly = |what: &'static str| {
            let (flights, key) = (scene.flights.clone(), scene.key.clone());
            tokio::spawn(async move {
                let make = || async move {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    if what == "panic" { panic!("on purpose") } else { Err(what) }
                };
                flights.fly(&key, Moment(0), Crew::Thread, |_, _| true, make).await
            })
        };
        let failing = [fly("no"), fly("no")];
        for request in failing {
            assert_eq!(request.await.unwrap(), Err(FlightError::Failed("no")));
        }
        let panicking = [fly("panic"), fly("panic")];
        for request in panicking {
            assert_eq!(request.await.unwrap(), Err(FlightError::Panicked));
        }
        scene.gate.notify_one();
        assert_eq!(scene.request(false).await.unwrap().unwrap().value, 1);
    }
}
