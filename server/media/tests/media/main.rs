//! Uploads from bytes to stored files, and the store under its promises.

#[cfg(test)]
mod pictures;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod uploads;
