//! Work on its way through a store's door, without its types.
//!
//! A door (connect, begin, work, commit, announce …) is a long machine, and every caller brings its own
//! closure. With the closure's types in it, the whole machine would be compiled once for each caller; so
//! it is compiled once for sealed work, at the price of two small allocations for a transaction.

use std::any::Any;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use crate::{
    error::{Result, StoreError},
    url::DbUrl,
};

/// Has work on a database done by the runtime, not by the caller: a caller that goes away leaves nothing half done.
/// Statements of SQLite keep their thread on, so all the work on a file is done by one of the runtime's threads that
/// may wait.
pub(crate) async fn pass<R: Send + 'static>(
    runtime: &Handle,
    url: &DbUrl,
    work: impl Future<Output = Result<R>> + Send + 'static,
) -> Result<R> {
    let task = match url {
        DbUrl::Postgres(_) => runtime.spawn(work),
        DbUrl::Sqlite(_) => {
            let within = runtime.clone();
            runtime.spawn_blocking(move || within.block_on(work))
        }
    };
    match task.await {
        Ok(done) => done,
        Err(cause) => Err(StoreError::Other(format!("a database task ended early: {cause}"))),
    }
}

/// What work answered, its type forgotten.
pub(crate) type Parcel = Box<dyn Any + Send>;

/// Work on a `T` (a snapshot, a desk, a connection …), the type of its answer forgotten.
pub(crate) type Work<T> = Box<dyn for<'a> FnOnce(&'a mut T) -> BoxFuture<'a, Result<Parcel>> + Send>;

/// Forgets the types of `work`.
pub(crate) fn seal<T, R, F>(work: F) -> Work<T>
where
    T: ?Sized + Send,
    R: Send + 'static,
    F: for<'a> FnOnce(&'a mut T) -> BoxFuture<'a, Result<R>> + Send + 'static,
{
    Box::new(move |subject| {
        let answer = work(subject);
        Box::pin(async move { Ok(Box::new(answer.await?) as Parcel) })
    })
}

/// Takes out what [`seal`]ed work answered.
pub(crate) fn unseal<R: 'static>(parcel: Parcel) -> Result<R> {
    match parcel.downcast::<R>() {
        Ok(answer) => Ok(*answer),
        // each door unseals what it sealed
        Err(_) => Err(StoreError::Other("an answer is not of the type that was asked for".into())),
    }
}
