//! A backup of a tenant, as a download. The file is written first, so that what is sent is whole, and is gone
//! from the disk as soon as it is open.

use actix_web::{
    HttpResponse,
    body::SizedStream,
    http::header,
    web::{Bytes, Data, Path},
};
use futures_util::stream;
use rowhouse_engine::{EngineError, backup::Progress, keys};
use tokio::io::AsyncReadExt;

use crate::{
    admin::host::Pressed,
    error::{Result, WebError},
    extract::{Posted, SuperUser},
    state::Web,
};

const PIECE: usize = 64 << 10;

/// Writes it and sends it.
///
/// # Errors
/// What the database, the store of media or the disk says.
pub async fn download(web: Data<Web>, who: SuperUser, name: Path<String>, posted: Posted<Pressed>) -> Result {
    who.accept(posted)?;
    let lifecycle = web.node().lifecycle();
    let tenant = lifecycle.show(&name, &who.actor()).await?;
    let path = web.settings().scratch.join(format!("rowhouse-{}.tar.gz", keys::random_token()));
    lifecycle.backup(&tenant.id.to_string(), &path, Progress::none(), &who.actor()).await?;
    let opened = tokio::fs::File::open(&path).await;
    // an open file can be read to its end although it has no name any more
    let removed = tokio::fs::remove_file(&path).await;
    let file = opened.and_then(|file| removed.map(|()| file)).map_err(disk)?;
    let length = file.metadata().await.map_err(disk)?.len();
    let body = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        std::io::Result::Ok((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let day = web.node().core().clock.now().strftime("%Y%m%d-%H%M%S");
    Ok(HttpResponse::Ok()
        .content_type("application/gzip")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}-{day}.tar.gz\"", tenant.name),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(SizedStream::new(length, Box::pin(body))))
}

fn disk(error: std::io::Error) -> WebError {
    WebError::Engine(EngineError::Other(format!("the backup could not be read from the disk: {error}")))
}
