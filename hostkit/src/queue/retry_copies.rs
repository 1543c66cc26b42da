//! A job's copy for its next attempt. An attempt takes the job itself; should it fail, the job goes on as its copy.
//!
//! A worker runs one job at a time, so it has room for one copy and uses that again: no allocation for a job that is encoded.

use super::job::Codec;
use crate::outcome::failure::Failure;
use crate::sync::catch_panic;

/// Above this, what an unusually large job took is given back.
const ROOM: usize = 64 * 1024;

/// How the jobs of a queue are copied.
pub(crate) enum Copying<T> {
    Clone(fn(&T) -> T),
    Encode(Codec<T>),
    /// Not at all: a job that fails is lost to further attempts.
    Never,
}

impl<T> Clone for Copying<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Copying<T> {}

#[cfg(feature = "testing")]
impl<T> Copying<T> {
    /// A copy of a job that goes on waiting; none where no copies can be made.
    pub(super) fn copy(self, job: &T) -> Option<Result<T, Failure>> {
        match self {
            Copying::Clone(clone) => Some(catch_panic(|| clone(job))),
            Copying::Encode(codec) => Some(
                catch_panic(|| {
                    let mut encoded = Vec::new();
                    (codec.encode)(job, &mut encoded)?;
                    (codec.decode)(&encoded)
                })
                .flatten(),
            ),
            Copying::Never => None,
        }
    }
}

/// One worker's copy.
pub(crate) struct RetryCopies<T> {
    how: Copying<T>,
    clone: Option<T>,
    encoded: Vec<u8>,
    /// Why there is no copy.
    fault: Option<Failure>,
}

impl<T> RetryCopies<T> {
    pub(crate) fn new(how: Copying<T>) -> Self {
        RetryCopies { how, clone: None, encoded: Vec::new(), fault: None }
    }

    /// Before the attempt. A panic of the job's code is why there is no copy.
    #[inline]
    pub(crate) fn take(&mut self, job: &T) {
        self.fault = match self.how {
            Copying::Clone(clone) => catch_panic(|| self.clone = Some(clone(job))).err(),
            Copying::Encode(codec) => {
                self.encoded.clear();
                catch_panic(|| (codec.encode)(job, &mut self.encoded)).flatten().err()
            }
            Copying::Never => None,
        };
    }

    /// Whether there is no copy of the last job, though there should be one.
    #[inline]
    pub(crate) fn is_faulty(&self) -> bool {
        self.fault.is_some()
    }

    /// Why there is no copy of the last job, if there is none. `read`: it is read back as well.
    pub(crate) fn fault(&mut self, read: bool) -> Option<&Failure> {
        if let (true, None, Copying::Encode(codec)) = (read, &self.fault, self.how) {
            let back = catch_panic(|| (codec.decode)(&self.encoded).map(drop)).flatten();
            self.fault = back.err();
        }
        self.fault.as_ref()
    }

    /// After a failed attempt: the job as it was, or why it can't be had.
    pub(crate) fn give(&mut self) -> Result<T, Failure> {
        let given = self.given();
        self.shrink();
        given
    }

    fn given(&mut self) -> Result<T, Failure> {
        if let Some(fault) = self.fault.take() {
            return Err(fault.during("no copy of the job could be kept"));
        }
        match self.how {
            Copying::Clone(_) => self.clone.take().ok_or_else(|| Failure::said("there is no copy")),
            Copying::Encode(codec) => catch_panic(|| (codec.decode)(&self.encoded))
                .flatten()
                .map_err(|fault| fault.during("the job's copy")),
            Copying::Never => Err(Failure::said(format!(
                "no copy of the job is kept, since `{}` is neither `Clone` nor stored",
                std::any::type_name::<T>()
            ))),
        }
    }

    /// The job will not be wanted again. A panic of the copy's drop is the failure.
    #[inline]
    pub(crate) fn forget(&mut self) -> Result<(), Failure> {
        self.shrink();
        if self.clone.is_some() { catch_panic(|| self.clone = None) } else { Ok(()) }
    }

    /// An idle worker keeps no room that only an unusually large job needed.
    #[inline]
    fn shrink(&mut self) {
        if self.encoded.capacity() > ROOM {
            self.encoded = Vec::new();
        }
    }
}

impl<T> Drop for RetryCopies<T> {
    fn drop(&mut self) {
        let _ = self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Job;

    #[test]
    fn the_room_of_a_large_job_is_given_back_when_it_is_done() {
        let large = "x".repeat(10 * ROOM);
        let mut copies = RetryCopies::new(Copying::Encode(String::codec()));
        copies.take(&large);
        assert!(copies.encoded.capacity() > ROOM);
        copies.forget().unwrap();
        assert!(copies.encoded.capacity() <= ROOM);
        copies.take(&large);
        assert_eq!(copies.give().as_deref(), Ok(large.as_str()));
        assert!(copies.encoded.capacity() <= ROOM);
        copies.take(&"small".to_owned());
        let (usual, at) = (copies.encoded.capacity(), copies.encoded.as_ptr());
        copies.forget().unwrap();
        copies.take(&"short".to_owned());
        assert_eq!(
            (copies.encoded.capacity(), copies.encoded.as_ptr()),
            (usual, at),
            "what is usual is used again"
        );
    }
}
