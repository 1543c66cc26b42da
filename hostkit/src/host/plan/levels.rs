//! Who starts after whom: the edges in, the levels out, or the ring that makes them impossible. Pure and linear.

/// `after[i]` are the ones that `i` starts after. Each level holds what can start once the levels before it have started,
/// in ascending order.
pub(crate) fn levels(after: &[Vec<usize>]) -> Result<Vec<Vec<usize>>, Vec<usize>> {
    let mut waits: Vec<usize> = after.iter().map(Vec::len).collect();
    let mut before: Vec<Vec<usize>> =
        vec![Vec::new(); if after.iter().all(Vec::is_empty) { 0 } else { after.len() }];
    for (later, earlier) in after.iter().enumerate().flat_map(|(i, all)| all.iter().map(move |j| (i, *j))) {
        before[earlier].push(later);
    }
    let mut levels = Vec::new();
    let mut level: Vec<usize> = (0..after.len()).filter(|i| waits[*i] == 0).collect();
    let mut placed = 0;
    while !level.is_empty() {
        placed += level.len();
        let mut next = Vec::new();
        for later in level.iter().filter_map(|i| before.get(*i)).flatten() {
            waits[*later] -= 1;
            if waits[*later] == 0 {
                next.push(*later);
            }
        }
        next.sort_unstable();
        levels.push(std::mem::replace(&mut level, next));
    }
    if placed == after.len() { Ok(levels) } else { Err(ring(after, &waits)) }
}

/// Follows edges among what could not be placed until one repeats; it begins with its smallest member.
fn ring(after: &[Vec<usize>], waits: &[usize]) -> Vec<usize> {
    let Some(mut at) = waits.iter().position(|waits| *waits > 0) else { return Vec::new() };
    let mut path = Vec::new();
    let mut place = vec![None; after.len()];
    loop {
        if let Some(begin) = place[at] {
            let mut ring: Vec<usize> = path.split_off(begin);
            let first = (0..ring.len()).min_by_key(|i| ring[*i]).unwrap_or(0);
            ring.rotate_left(first);
            return ring;
        }
        place[at] = Some(path.len());
        path.push(at);
        match after[at].iter().find(|next| waits[**next] > 0) {
            Some(next) => at = *next,
            None => return path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_the_ring() {
        assert_eq!(levels(&[vec![], vec![3], vec![1], vec![2], vec![2]]), Err(vec![1, 3, 2]));
        assert_eq!(levels(&[vec![0]]), Err(vec![0]));
    }

    proptest! {
        /// Edges that only point to smaller numbers can't form a ring.
        #[test]
        fn each_stands_above_all_it_is_after(edges in proptest::collection::vec(proptest::collection::vec(any::<u16>(), 0..4), 0..60)) {
            let after: Vec<Vec<usize>> = edges.iter().enumerate()
                .map(|(i, all)| if i == 0 { vec![] } else { all.iter().map(|j| usize::from(*j) % i).collect() })
                .collect();
            let levels = levels(&after).unwrap();
            let mut level_of = vec![usize::MAX; after.len()];
            for (level, members) in levels.iter().enumerate() {
                prop_assert!(members.is_sorted());
                members.iter().for_each(|i| level_of[*i] = level);
            }
            for (i, all) in after.iter().enumerate() {
                let lowest = all.iter().map(|j| level_of[*j] + 1).max().unwrap_or(0);
                prop_assert_eq!(level_of[i], lowest, "as early as it can be, and no earlier");
            }
        }

        #[test]
        fn a_ring_is_a_ring(edges in proptest::collection::vec(proptest::collection::vec(0usize..12, 0..3), 12)) {
            if let Err(ring) = levels(&edges) {
                prop_assert!(!ring.is_empty());
                for (i, member) in ring.iter().enumerate() {
                    prop_assert!(edges[*member].contains(&ring[(i + 1) % ring.len()]));
                }
            }
        }
    }
}
