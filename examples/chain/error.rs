//! What a request can fail with, and what the client is told.

use di_server::{openapi::Replies, prelude::*};

use crate::limit::TooMany;

pub(crate) enum ApiError {
    Unfit(&'static str),
    WrongPassword,
    UnknownToken,
    Forbidden(&'static str),
    NotFound,
    NameTaken,
    TooFewCredits,
    TooMany(TooMany),
    /// Nothing the client could mend: it is logged, and the client is told nothing of it.
    Internal(BoxError),
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl ApiError {
    pub(crate) fn internal(error: impl Into<BoxError>) -> Self {
        Self::Internal(error.into())
    }
}

/// Lets `?` take what the database says.
impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            error => Self::internal(error),
        }
    }
}

impl From<TooMany> for ApiError {
    fn from(error: TooMany) -> Self {
        Self::TooMany(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::Unfit(why) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(why),
            Self::WrongPassword => Problem::new(StatusCode::UNAUTHORIZED).detail("no such name and password"),
            Self::UnknownToken => Problem::new(StatusCode::UNAUTHORIZED)
                .detail("this token is not, or no longer, valid")
                .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\"")),
            Self::Forbidden(role) => Problem::new(StatusCode::FORBIDDEN).detail(format!("only for the role `{role}`")),
            Self::NotFound => Problem::new(StatusCode::NOT_FOUND).detail("there is no such thing"),
            Self::NameTaken => Problem::new(StatusCode::CONFLICT).detail("this name is taken"),
            Self::TooFewCredits => Problem::new(StatusCode::CONFLICT).detail("you have too few credits"),
            Self::TooMany(error) => return error.into_response(),
            Self::Internal(error) => {
                tracing::error!("{error}");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
            }
        };
        problem.into_response()
    }

    fn describe(replies: &mut Replies) {
        replies
            .problem(StatusCode::UNPROCESSABLE_ENTITY, "What is asked for is not fit.")
            .problem(StatusCode::UNAUTHORIZED, "The password or the token is wrong.")
            .problem(StatusCode::FORBIDDEN, "It is for another role.")
            .problem(StatusCode::NOT_FOUND, "There is no such thing.")
            .problem(StatusCode::CONFLICT, "It is taken, or too little.")
            .problem(StatusCode::INTERNAL_SERVER_ERROR, "Something failed.");
        TooMany::describe(replies);
    }
}
