use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(PathParams)]
#[path_params(scaler)]
struct Key(std::path::PathBuf);

fn main() {}
