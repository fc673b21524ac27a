//! One process of a cluster, as it tells the others about itself: where it is in its life, and what keeps it
//! from serving a tenant as it should.

use crate::words;

words! {
    /// Where a node is in its life, in its own words. That it has fallen silent only others can tell.
    pub enum NodeState {
        /// Not serving yet: it reads the catalogue and opens what it needs.
        Starting = "starting",
        /// The balancer may send requests.
        Ready = "ready",
        /// Told to leave: it answers on, and takes nothing new for long.
        Draining = "draining",
        /// Gone, and it said so.
        Left = "left",
    }
}

words! {
    /// Why a tenant is not on a node as the catalogue has it.
    pub enum TroubleKind {
        /// Its row cannot be read there.
        Row = "row",
        /// Its address is another tenant's there.
        Address = "address",
        /// Its database does not confirm its version there.
        Database = "database",
    }
}
