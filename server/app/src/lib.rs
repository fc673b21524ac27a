//! The rowhouse binary: command line, configuration, boot and shutdown.
