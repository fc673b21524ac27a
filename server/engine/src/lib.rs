//! The use cases: tenant life cycle, publishing, serving pages, import, backup, jobs.
