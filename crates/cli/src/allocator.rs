//! The allocator, and how soon it gives back what was freed.

use std::{env, os::unix::process::CommandExt, process::Command};

/// Requests allocate on every thread at once, and what one thread makes another frees: the allocator of the C library has
/// threads wait for each other there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The variable that says how many milliseconds what was freed is kept for the next who asks.
const KEPT_MS: &str = "MIMALLOC_PURGE_DELAY";
/// Long enough that the next request finds what the last one freed, short enough that a server at rest keeps nothing.
const SOON: &str = "10";

/// Has what is freed given back to the system soon: of the memory of a server that rests after much work a third was free. The
/// allocator reads its settings before `main` begins, so the executable is run once more in this very process, with one variable
/// more; whoever set that variable himself is obeyed. It costs a few milliseconds at the start. Where it fails, as for an executable that was replaced meanwhile, more memory is kept and nothing else is different.
pub(crate) fn give_back_soon() {
    if env::var_os(KEPT_MS).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut args = env::args_os();
    let name = args.next().unwrap_or_else(|| program.clone().into_os_string());
    let failed = Command::new(program).arg0(name).args(args).env(KEPT_MS, SOON).exec();
    tracing::debug!(%failed, "what is freed is given back later");
}
