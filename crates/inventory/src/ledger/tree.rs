//! The Merkle tree of RFC 6962 (section 2.1; the checks of proofs are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2).
//!
//! A leaf is SHA-256(0x00 || event), a node is SHA-256(0x01 || left || right), the empty tree is SHA-256 of nothing.

use sha2::{Digest as _, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The hash of one event.
pub fn leaf(event: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0_u8]);
    hasher.update(event);
    hasher.finalize().into()
}

/// The hash of an inner node.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1_u8; 65];
    let (_, both) = bytes.split_at_mut(1);
    let (first, second) = both.split_at_mut(32);
    first.copy_from_slice(left);
    second.copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// The right edge of a tree: the roots of its complete subtrees, largest first. Appending and the root cost O(log n).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub const EMPTY: Self = Self { size: 0, peaks: Vec::new() };

    /// The tree without leaves.
    pub fn new() -> Self {
        Self::EMPTY
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut rest = self.size;
        while rest & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node(&left, &hash);
            rest >>= 1_u32;
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(*last, |right, left| node(left, &right))
    }

    /// The bytes that stores keep beside the size.
    pub fn peaks(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// The frontier of stored bytes; `None` when they fit no tree of that size.
    pub fn from_parts(size: u64, peaks: &[u8]) -> Option<Self> {
        let wanted = usize::try_from(size.count_ones()).ok()?.checked_mul(32)?;
        if peaks.len() != wanted {
            return None;
        }
        let peaks = peaks.chunks_exact(32).filter_map(|hash| hash.try_into().ok()).collect();
        Some(Self { size, peaks })
    }
}

/// The root over the hashes of leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The largest power of two below `count`, for a count of two or more.
fn split(count: usize) -> usize {
    let half = count.next_power_of_two() >> 1_u32;
    half.max(1)
}

/// The hashes that lead from leaf `index` to the root of `leaves`, nearest first; `None` when there is no such leaf.
pub fn prove_inclusion(index: usize, leaves: &[Hash]) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut index, mut leaves, mut path) = (index, leaves, Vec::new());
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if index < left.len() {
            path.push(root(right));
            leaves = left;
        } else {
            path.push(root(left));
            index = index.saturating_sub(left.len());
            leaves = right;
        }
    }
    path.reverse();
    Some(path)
}

/// The hashes that show the tree of the first `old` leaves to be a beginning of `leaves`; `None` for more leaves than
/// there are.
pub fn prove_consistency(old: usize, leaves: &[Hash]) -> Option<Vec<Hash>> {
    if old > leaves.len() {
        return None;
    }
    if old == 0 || old == leaves.len() {
        return Some(Vec::new());
    }
    let (mut old, mut leaves, mut path, mut whole) = (old, leaves, Vec::new(), true);
    while old != leaves.len() {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if old <= left.len() {
            path.push(root(right));
            leaves = left;
        } else {
            path.push(root(left));
            old = old.saturating_sub(left.len());
            leaves = right;
            whole = false;
        }
    }
    if !whole {
        path.push(root(leaves));
    }
    path.reverse();
    Some(path)
}

/// Whether `proof` leads from a leaf at `index` to the root of a tree of `size` leaves.
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size.saturating_sub(1), *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1_u32;
                last >>= 1_u32;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1_u32;
        last >>= 1_u32;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` is a beginning of the tree of `new`.
pub fn check_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == Frontier::new().root();
    }
    let mut rest = proof.iter();
    let (mut at, mut last) = (old_size.saturating_sub(1), new_size.saturating_sub(1));
    while at & 1 == 1 {
        at >>= 1_u32;
        last >>= 1_u32;
    }
    // A tree whose size is a power of two is itself the first hash of the proof.
    let first = if old_size.is_power_of_two() { Some(old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut first_root, mut second_root) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            first_root = node(hash, &first_root);
            second_root = node(hash, &second_root);
            while at & 1 == 0 && at != 0 {
                at >>= 1_u32;
                last >>= 1_u32;
            }
        } else {
            second_root = node(&second_root, hash);
        }
        at >>= 1_u32;
        last >>= 1_u32;
    }
    last == 0 && first_root == *old_root && second_root == *new_root
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "small test counts")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of section 2.1 word for word, over the events themselves; shares nothing with the code above.
    mod naive {
        use sha2::{Digest as _, Sha256};

        fn power(count: usize) -> usize {
            let mut power = 1;
            while power * 2 < count {
                power *= 2;
            }
            power
        }

        pub(super) fn mth(events: &[Vec<u8>]) -> Vec<u8> {
            match events {
                [] => Sha256::digest(b"").to_vec(),
                [one] => Sha256::digest([&[0_u8][..], one].concat()).to_vec(),
                many => {
                    let (left, right) = many.split_at(power(many.len()));
                    Sha256::digest([vec![1_u8], mth(left), mth(right)].concat()).to_vec()
                }
            }
        }

        pub(super) fn path(index: usize, events: &[Vec<u8>]) -> Vec<Vec<u8>> {
            if events.len() == 1 {
                return Vec::new();
            }
            let k = power(events.len());
            let (left, right) = events.split_at(k);
            if index < k {
                [path(index, left), vec![mth(right)]].concat()
            } else {
                [path(index - k, right), vec![mth(left)]].concat()
            }
        }

        pub(super) fn subproof(old: usize, events: &[Vec<u8>], whole: bool) -> Vec<Vec<u8>> {
            if old == events.len() {
                return if whole { Vec::new() } else { vec![mth(events)] };
            }
            let k = power(events.len());
            let (left, right) = events.split_at(k);
            if old <= k {
                [subproof(old, left, whole), vec![mth(right)]].concat()
            } else {
                [subproof(old - k, right, false), vec![mth(left)]].concat()
            }
        }
    }

    fn events(count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|number| vec![u8::try_from(number % 251).unwrap(); number % 7]).collect()
    }

    fn leaves(events: &[Vec<u8>]) -> Vec<Hash> {
        events.iter().map(|event| leaf(event)).collect()
    }

    #[test]
    fn roots_are_those_of_the_reference_log() {
        // The vectors of certificate-transparency-go, merkle/testonly.
        let inputs: [&[u8]; 3] = [b"", b"\x00", b"\x10"];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        ];
        let mut frontier = Frontier::new();
        for (input, expected) in inputs.iter().zip(roots) {
            frontier.push(leaf(input));
            assert_eq!(crate::import::hex(&frontier.root()), expected);
        }
    }

    #[test]
    fn every_small_tree_agrees_with_the_naive_recursion() {
        for count in 0..70 {
            let events = events(count);
            let leaves = leaves(&events);
            let top = root(&leaves);
            assert_eq!(top.to_vec(), naive::mth(&events));
            for index in 0..count {
                let path = prove_inclusion(index, &leaves).unwrap();
                assert_eq!(path.concat(), naive::path(index, &events).concat());
                let at = index as u64;
                let size = count as u64;
                assert!(check_inclusion(&leaves[index], at, size, &path, &top));
                assert!(!check_inclusion(&leaves[index], at + 1, size, &path, &top) || count == 1);
                assert!(!check_inclusion(&top, at, size, &path, &top) || count == 1);
            }
            for old in 1..=count {
                let proof = prove_consistency(old, &leaves).unwrap();
                assert_eq!(proof.concat(), naive::subproof(old, &events, true).concat());
                let before = root(&leaves[..old]);
                let (old, new) = ((old as u64, &before), (count as u64, &top));
                assert!(check_consistency(old, new, &proof));
                let other = leaf(b"other");
                assert!(!check_consistency((old.0, &other), new, &proof));
                assert!(!check_consistency(old, (new.0, &other), &proof));
            }
        }
    }

    proptest! {
        #[test]
        fn larger_trees_agree_too(count in 1_usize..3000, pick in any::<prop::sample::Index>()) {
            let events = events(count);
            let leaves = leaves(&events);
            let mut frontier = Frontier::new();
            let at = pick.index(count);
            for (number, leaf) in leaves.iter().enumerate() {
                if number == at {
                    frontier = Frontier::from_parts(frontier.size(), &frontier.peaks()).unwrap();
                }
                frontier.push(*leaf);
            }
            prop_assert_eq!(frontier.root().to_vec(), naive::mth(&events));
            prop_assert_eq!(
                prove_inclusion(at, &leaves).unwrap().concat(),
                naive::path(at, &events).concat()
            );
            prop_assert_eq!(
                prove_consistency(at + 1, &leaves).unwrap().concat(),
                naive::subproof(at + 1, &events, true).concat()
            );
        }

        #[test]
        fn a_changed_proof_is_refused(count in 2_usize..200, pick in any::<prop::sample::Index>(), bit in 0_usize..256) {
            let leaves = leaves(&events(count));
            let at = pick.index(count);
            let mut path = prove_inclusion(at, &leaves).unwrap();
            let which = bit % path.len();
            path[which][bit / 8] ^= 1 << (bit % 8);
            let top = root(&leaves);
            prop_assert!(!check_inclusion(&leaves[at], at as u64, count as u64, &path, &top));
        }
    }
}
