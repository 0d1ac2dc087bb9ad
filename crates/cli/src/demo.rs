//! `vouchsafe demo`: a server with a small worked example, in a folder of its own.

use crate::{demo_world, door::Door, exit::Failure, installation::Place, server};
use clap::Args;
use std::{net::SocketAddr, path::PathBuf};
use vouchsafe_app::Error;

/// Where the demo lives.
#[derive(Args)]
pub(crate) struct Demo {
    /// Folder of the demo; kept, so that the next start goes on where this one ended.
    #[arg(long, default_value = "var/demo")]
    data: PathBuf,
    /// Loopback address and port.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Demo {
    /// Makes the example at the first start, prints fresh sign-in links at every one.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let stop = server::Stop::new()?;
        if !self.listen.ip().is_loopback() {
            return Err(Failure::config(format!(
                "{} can be reached from elsewhere; a demo is for this machine",
                self.listen
            )));
        }
        let door = Door::loopback(self.listen).open().await?;
        let opened = server::open(&Place { data: self.data, database: None }, false).await?;
        let app = opened.app.clone();
        if opened.first_start {
            demo_world::make(&app, &opened.keys).await?;
        }
        let url = door.url();
        println!("Vouchsafe's demo listens on {url}\nEach link signs in once, within an hour:");
        for member in app.everybody().await? {
            match app.make_sign_in_link(&member.1).await {
                Ok(secret) => println!("  {:<24} {url}/link/{secret}", member.0),
                // Somebody who was invited to the demo and joined.
                Err(Error::Forbidden(_)) => println!("  {:<24} signs in by a password ({})", member.0, member.1.role),
                Err(error) => return Err(error.into()),
            }
        }
        server::run(opened, door, stop, Vec::new(), None).await
    }
}
