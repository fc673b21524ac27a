//! Tags, versions and keys of the coherence protocol.
