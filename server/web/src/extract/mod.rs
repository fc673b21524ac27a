//! Extractors: one type a file. A handler's arguments say whose site it is about, who asks, and what they
//! must be allowed; a handler without such an argument is visibly public.


mod form;


mod tenant;


pub use form::{Form, Posted};


pub use tenant::{At, AtUnfinished};
