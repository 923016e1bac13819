//! What git says, understood. Pure: text in, values out; the tables in the tests are real outputs.

pub(crate) mod push;
pub(crate) mod refs;
pub(crate) mod refusal;
