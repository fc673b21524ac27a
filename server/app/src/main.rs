//! The `rowhouse` command.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    rowhouse_app::cli::run(std::env::args_os()).await
}
