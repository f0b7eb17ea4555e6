//! What all benches share: the allocator that the faces have, for ours and for the rivals.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
