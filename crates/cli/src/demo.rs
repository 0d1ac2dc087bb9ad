//! `vouchsafe demo`: a server with a small worked example, in a folder of its own.

use crate::{demo_world, server};
use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

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
    pub(crate) async fn run(self) -> Result<(), String> {
        let opened = server::open(&self.data, None, false).await?;
        let app = opened.app.clone();
        if opened.first_start {
            demo_world::make(&app, &opened.keys).await?;
        }
        let listener = server::listen(self.listen).await?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        println!("Vouchsafe's demo listens on http://{address}\nEach link signs in once, within an hour:");
        for member in app.everybody().await.map_err(|e| e.to_string())? {
            let secret = app.make_sign_in_link(&member.1).await.map_err(|e| e.to_string())?;
            println!("  {:<24} http://{address}/link/{secret}", member.0);
        }
        server::run(app, listener).await
    }
}
