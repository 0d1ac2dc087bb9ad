//! Keeping the state: bytes out, and an engine from them.

use super::{Engine, Settings, State, Who};
use crate::facts::Facts;

/// Version of the bytes. Another version's are refused; whoever feeds the engine then feeds it anew.
const VERSION: u8 = 2;

/// Why a state cannot be taken up again.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// It was kept by another version of the engine.
    #[error("the state is of version {0}; this engine takes version {VERSION}")]
    Version(u8),
    /// It is no state, or not a whole one.
    #[error("the state cannot be read: {0}")]
    Broken(#[from] serde_json::Error),
}

impl Engine {
    /// The state as bytes. What was said and not drained is not in it: drain first.
    pub fn keep(&self) -> Result<Vec<u8>, NotKept> {
        let mut bytes = vec![VERSION];
        serde_json::to_writer(&mut bytes, &self.state)?;
        Ok(bytes)
    }

    /// An engine that goes on from kept bytes. `facts` may know more than they did then; what they say of somebody's
    /// clients and time zone holds from now on.
    pub fn resume(facts: Facts, settings: Settings, kept: &[u8]) -> Result<Self, NotKept> {
        let (version, bytes) = kept.split_first().unwrap_or((&0, &[]));
        if *version != VERSION {
            return Err(NotKept::Version(*version));
        }
        let mut state: State = serde_json::from_slice(bytes)?;
        // Earlier versions kept who was outside by what was known then.
        state.who.retain(|_, who| *who != Who::Outside);
        let mut engine = Self::empty(facts, settings, state);
        engine.learn_catalogue();
        engine.learn_people();
        engine.look_for_work();
        engine.items = (0..engine.state.docs.len())
            .map(|id| engine.describe(engine.state.docs.of(u32::try_from(id).unwrap_or(u32::MAX))))
            .collect();
        Ok(engine)
    }
}
