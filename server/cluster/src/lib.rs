//! The coherence protocol, the render cache and node coordination.
