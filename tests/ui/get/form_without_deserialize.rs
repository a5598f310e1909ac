use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Comment;

#[post("/a")]
async fn upload(comment: Form<Comment>) {
    let _ = comment;
}

static TABLE: Table<App> = table![upload];

fn main() {}
