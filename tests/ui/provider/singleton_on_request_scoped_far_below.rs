use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    mailer: Mailer,
}

pub struct Mailer;
pub struct User;

#[provider]
fn user() -> User {
    User
}

/// Each transient asks twice for the next, so that there are 2^18 ways to the user.
pub struct T<const N: usize>;

macro_rules! transients {
    ($($function:ident $n:literal $below:literal;)*) => {
        $(
            #[provider(transient)]
            fn $function(one: T<$below>, two: T<$below>) -> T<$n> {
                let _ = (one, two);
                T
            }
        )*
    };
}

transients! {
    t1 1 0;
    t2 2 1;
    t3 3 2;
    t4 4 3;
    t5 5 4;
    t6 6 5;
    t7 7 6;
    t8 8 7;
    t9 9 8;
    t10 10 9;
    t11 11 10;
    t12 12 11;
    t13 13 12;
    t14 14 13;
    t15 15 14;
    t16 16 15;
    t17 17 16;
    t18 18 17;
}

#[provider(transient)]
fn t0(user: &User) -> T<0> {
    let _ = user;
    T
}

#[provider(singleton)]
fn mailer(stamp: T<18>) -> Mailer {
    let _ = stamp;
    Mailer
}

fn main() {}
