//! Imports from other systems.
