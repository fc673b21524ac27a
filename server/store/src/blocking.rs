//! Where statements of SQLite run: on the runtime's threads that may wait. Every query is a type of its own; so
//! that the machinery of a task is not compiled anew for each, the type is forgotten on the way there.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::future::BoxFuture;
use tokio::{
    runtime::Handle,
    task::{JoinError, JoinHandle, block_in_place},
};

use crate::door::{Parcel, unseal};

type Fault = Box<dyn Error + Send + Sync>;

/// The runtime of whoever opened the connection.
pub(crate) struct Blocking(Handle);

impl SpawnBlocking for Blocking {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Fault>>
    where
        R: Send + 'static,
    {
        let done = self.start(Box::new(move || Box::new(task()) as Parcel));
        Box::pin(async move { Ok(unseal(done.await?)?) })
    }

    fn get_runtime() -> Self {
        Self(Handle::current())
    }
}

impl Blocking {
    fn start(&self, task: Box<dyn FnOnce() -> Parcel + Send>) -> Finished {
        Finished { runtime: self.0.clone(), task: self.0.spawn_blocking(task) }
    }
}

/// A statement under way. Who gives it up waits for its end: nobody else may get the connection meanwhile.
struct Finished {
    runtime: Handle,
    task: JoinHandle<Parcel>,
}

impl Future for Finished {
    type Output = Result<Parcel, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.task).poll(context)
    }
}

impl Drop for Finished {
    fn drop(&mut self) {
        if !self.task.is_finished() {
            let (runtime, task) = (&self.runtime, Pin::new(&mut self.task));
            block_in_place(|| drop(runtime.block_on(task)));
        }
    }
}
