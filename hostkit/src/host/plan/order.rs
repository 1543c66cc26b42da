//! The order that queues ask for, beside what `after` says: whoever fills a queue stops before it is drained. Edges in, edges out;
//! pure and linear.

/// What is known of one entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrderNode {
    /// Whom it starts after.
    pub(crate) after: Vec<usize>,
    /// Whose queues it fills.
    pub(crate) fills: Vec<usize>,
    /// It works off what others gave it.
    pub(crate) drains: bool,
}

/// The edges of `after`, and those of the queues: a filler starts after what it fills, and all that drains nothing, and that
/// nothing which drains needs, starts after all that does. One more node than there are entries stands between the two.
///
/// No ring comes of it that `after` does not make by itself: what fills a queue that, by whatever way, comes after it, drains
/// together with it.
pub(crate) fn with_queues(nodes: &[OrderNode]) -> Vec<Vec<usize>> {
    let mut edges: Vec<Vec<usize>> = nodes.iter().map(|node| node.after.clone()).collect();
    if !nodes.iter().any(|node| node.drains) {
        return edges;
    }
    let needed = needed(nodes);
    let strongly_connected_components = strongly_connected_components(nodes);
    let barrier = nodes.len();
    edges.push((0..nodes.len()).filter(|i| nodes[*i].drains).collect());
    for (i, node) in nodes.iter().enumerate() {
        if needed[i] {
            edges[i].extend(
                node.fills.iter().copied().filter(|filled| {
                    strongly_connected_components[*filled] != strongly_connected_components[i]
                }),
            );
        } else {
            edges[i].push(barrier);
        }
    }
    edges
}

/// What drains, and what that starts after.
fn needed(nodes: &[OrderNode]) -> Vec<bool> {
    let mut needed = vec![false; nodes.len()];
    let mut open: Vec<usize> = (0..nodes.len()).filter(|i| nodes[*i].drains).collect();
    while let Some(i) = open.pop() {
        if !std::mem::replace(&mut needed[i], true) {
            open.extend(&nodes[i].after);
        }
    }
    needed
}

/// A number for each, the same for those that come after each other by some way (Tarjan's, without recursion).
fn strongly_connected_components(nodes: &[OrderNode]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let next = |i: usize, edge: usize| {
        let node: &OrderNode = &nodes[i];
        node.after.get(edge).or_else(|| node.fills.get(edge - node.after.len())).copied()
    };
    let (mut seen, mut low) = (vec![UNSEEN; nodes.len()], vec![0; nodes.len()]);
    let (mut knot, mut stack, mut count) = (vec![UNSEEN; nodes.len()], Vec::new(), 0);
    for root in 0..nodes.len() {
        if seen[root] != UNSEEN {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((i, edge)) = path.pop() {
            if edge == 0 {
                (seen[i], low[i]) = (count, count);
                count += 1;
                stack.push(i);
            }
            match next(i, edge) {
                Some(to) => {
                    path.push((i, edge + 1));
                    if seen[to] == UNSEEN {
                        path.push((to, 0));
                    } else if knot[to] == UNSEEN {
                        low[i] = low[i].min(seen[to]);
                    }
                }
                None => {
                    if low[i] == seen[i] {
                        while let Some(member) = stack.pop() {
                            knot[member] = i;
                            if member == i {
                                break;
                            }
                        }
                    }
                    if let Some((before, _)) = path.last() {
                        low[*before] = low[*before].min(low[i]);
                    }
                }
            }
        }
    }
    knot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::plan::levels::levels;
    use proptest::prelude::*;

    fn nodes() -> impl Strategy<Value = Vec<OrderNode>> {
        let some = || proptest::collection::vec(any::<u16>(), 0..3);
        proptest::collection::vec((some(), some(), any::<bool>()), 1..30).prop_map(|raw| {
            let drains: Vec<usize> = (0..raw.len()).filter(|i| raw[*i].2).collect();
            let node = |(i, (after, fills, drains_too)): (usize, &(Vec<u16>, Vec<u16>, bool))| OrderNode {
                after: if i == 0 { vec![] } else { after.iter().map(|j| usize::from(*j) % i).collect() },
                fills: if drains.is_empty() {
                    vec![]
                } else {
                    fills.iter().map(|j| drains[usize::from(*j) % drains.len()]).collect()
                },
                drains: *drains_too,
            };
            raw.iter().enumerate().map(node).collect()
        })
    }

    /// Whether `from` comes after `to` by any way.
    fn reaches(edges: &[Vec<usize>], from: usize, to: usize) -> bool {
        let (mut seen, mut open) = (vec![false; edges.len()], vec![from]);
        while let Some(i) = open.pop() {
            for next in &edges[i] {
                if *next == to {
                    return true;
                }
                if !std::mem::replace(&mut seen[*next], true) {
                    open.push(*next);
                }
            }
        }
        false
    }

    proptest! {
        #[test]
        fn it_never_makes_a_ring_and_keeps_every_promise(nodes in nodes()) {
            let edges = with_queues(&nodes);
            let levels = levels(&edges).expect("`after` made no ring");
            let mut level = vec![0; edges.len()];
            for (number, members) in levels.iter().enumerate() {
                members.iter().for_each(|i| level[*i] = number);
            }
            let all: Vec<Vec<usize>> =
                nodes.iter().map(|node| node.after.iter().chain(&node.fills).copied().collect()).collect();
            let needed = needed(&nodes);
            for (i, node) in nodes.iter().enumerate() {
                prop_assert!(node.after.iter().all(|j| level[*j] < level[i]));
                for filled in &node.fills {
                    prop_assert!(level[*filled] < level[i] || reaches(&all, *filled, i), "{i} fills {filled}");
                }
                if !needed[i] {
                    prop_assert!((0..nodes.len()).all(|j| !nodes[j].drains || level[j] < level[i]));
                }
            }
        }
    }

    #[test]
    fn queues_that_feed_each_other_and_themselves_drain_together() {
        let drains =
            |fills: &[usize]| OrderNode { fills: fills.to_vec(), drains: true, ..OrderNode::default() };
        let nodes = [drains(&[1]), drains(&[0, 1]), drains(&[0]), OrderNode::default()];
        assert_eq!(levels(&with_queues(&nodes)), Ok(vec![vec![0, 1], vec![2], vec![4], vec![3]]));
    }
}
