//! Functions of up to twelve parameters, and of a job before them: the one list of arities that services, hooks, jobs and
//! providers share.

use super::{Kind, Needs, Param, Scope};

/// The parameters of a function: a tuple.
#[doc(hidden)]
pub trait ParamList<K: Kind>: Sized {
    /// What all of them need.
    fn needs(needs: &mut Needs<K>);

    /// All of them, in order.
    fn get(scope: &Scope<'_, K>) -> Self;
}

/// A function that takes these.
#[doc(hidden)]
pub trait Function<Args> {
    type Output;

    fn call(&self, args: Args) -> Self::Output;
}

/// A function that takes a job and these.
#[cfg(feature = "queue")]
#[doc(hidden)]
pub trait JobFunction<T, Args> {
    type Output;

    fn call(&self, job: T, args: Args) -> Self::Output;
}

macro_rules! arity {
    ($($param:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<K: Kind, $($param: Param<K>,)*> ParamList<K> for ($($param,)*) {
            #[allow(unused_variables, reason = "no parameters need nothing")]
            fn needs(needs: &mut Needs<K>) {
                $($param::needs(needs);)*
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "no parameters are got from nothing")]
            fn get(scope: &Scope<'_, K>) -> Self {
                ($($param::get(scope),)*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<F, R, $($param,)*> Function<($($param,)*)> for F
        where
            F: Fn($($param),*) -> R,
        {
            type Output = R;

            #[allow(non_snake_case, reason = "the parameters are named by their types")]
            fn call(&self, ($($param,)*): ($($param,)*)) -> R {
                self($($param),*)
            }
        }

        #[cfg(feature = "queue")]
        #[diagnostic::do_not_recommend]
        impl<F, R, T, $($param,)*> JobFunction<T, ($($param,)*)> for F
        where
            F: Fn(T, $($param),*) -> R,
        {
            type Output = R;

            #[allow(non_snake_case, reason = "the parameters are named by their types")]
            fn call(&self, job: T, ($($param,)*): ($($param,)*)) -> R {
                self(job, $($param),*)
            }
        }
    };
}

arity!();
arity!(P1);
arity!(P1 P2);
arity!(P1 P2 P3);
arity!(P1 P2 P3 P4);
arity!(P1 P2 P3 P4 P5);
arity!(P1 P2 P3 P4 P5 P6);
arity!(P1 P2 P3 P4 P5 P6 P7);
arity!(P1 P2 P3 P4 P5 P6 P7 P8);
arity!(P1 P2 P3 P4 P5 P6 P7 P8 P9);
arity!(P1 P2 P3 P4 P5 P6 P7 P8 P9 P10);
arity!(P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11);
arity!(P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12);
