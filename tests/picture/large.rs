//! A table of sixty routes, as an application might have them.

use di_server::prelude::*;

#[derive(Container)]
pub(crate) struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
    cache: Cache,
    mailer: Mailer,
}

pub(crate) struct Config;
pub(crate) struct Pool;
pub(crate) struct Cache;
pub(crate) struct Mailer;
pub(crate) struct Session;
pub(crate) struct User;
pub(crate) struct Tenant;
pub(crate) struct IsAdmin;

#[provider(singleton)]
async fn pool(_: &Config) -> Result<Pool, std::io::Error> {
    Ok(Pool)
}

#[provider(singleton)]
async fn cache(_: &Config) -> Cache {
    Cache
}

#[provider(singleton)]
fn mailer(_: &Config) -> Mailer {
    Mailer
}

#[provider]
fn tenant(x_tenant: Header<String>, _cache: &Cache) -> Tenant {
    drop(x_tenant);
    Tenant
}

#[provider(teardown = finish)]
async fn session(_: &Pool, _: &Tenant) -> Result<Session, std::io::Error> {
    Ok(Session)
}

async fn finish(_: Session, _: &Outcome) {}

#[provider]
async fn user(token: Bearer, _: &mut Session) -> Result<User, StatusCode> {
    drop(token);
    Ok(User)
}

#[provider]
fn is_admin(_: &User) -> Result<IsAdmin, StatusCode> {
    Ok(IsAdmin)
}

#[derive(Provider)]
struct Page {
    limit: Option<Query<u32>>,
    offset: Option<Query<u32>>,
}

/// One kind of thing: a repository and six routes.
macro_rules! resource {
    ($module:ident, $path:literal, $one:literal, $search:literal, $archive:literal, $Repository:ident) => {
        mod $module {
            use super::*;

            pub(crate) const ROUTES: Routes<App> = routes![list, create, show, replace, search];
            pub(crate) const ADMIN: Routes<App> = routes![archive];

            struct $Repository;

            #[provider]
            fn repository(_: &mut Session, _: &Cache) -> $Repository {
                $Repository
            }

            #[get($path)]
            async fn list(page: Page, _: &User, _: &$Repository) {
                let (_, _) = (page.limit, page.offset);
            }

            #[post($path)]
            async fn create(body: Json<String>, _: &User, _: &mut $Repository) {
                drop(body);
            }

            #[get($one)]
            async fn show(id: Path<u64>, _: &$Repository) {
                let _ = id;
            }

            #[put($one)]
            async fn replace(id: Path<u64>, body: Json<String>, _: &User, _: &mut $Repository) {
                let _ = (id, body);
            }

            #[get($search)]
            async fn search(q: Query<String>, page: Page, _: &Cache) {
                let _ = (q, page.limit, page.offset);
            }

            #[post($archive)]
            fn archive(id: Path<u64>, _: &mut $Repository, _: &Mailer) {
                let _ = id;
            }
        }
    };
}

resource!(users, "/users", "/users/{id}", "/users/search", "/users/{id}/archive", UserRepository);
resource!(orders, "/orders", "/orders/{id}", "/orders/search", "/orders/{id}/archive", OrderRepository);
resource!(products, "/products", "/products/{id}", "/products/search", "/products/{id}/archive", ProductRepository);
resource!(carts, "/carts", "/carts/{id}", "/carts/search", "/carts/{id}/archive", CartRepository);
resource!(invoices, "/invoices", "/invoices/{id}", "/invoices/search", "/invoices/{id}/archive", InvoiceRepository);
resource!(payments, "/payments", "/payments/{id}", "/payments/search", "/payments/{id}/archive", PaymentRepository);
resource!(
    addresses,
    "/addresses",
    "/addresses/{id}",
    "/addresses/search",
    "/addresses/{id}/archive",
    AddressRepository
);
resource!(reviews, "/reviews", "/reviews/{id}", "/reviews/search", "/reviews/{id}/archive", ReviewRepository);
resource!(
    categories,
    "/categories",
    "/categories/{id}",
    "/categories/search",
    "/categories/{id}/archive",
    CategoryRepository
);
resource!(
    suppliers,
    "/suppliers",
    "/suppliers/{id}",
    "/suppliers/search",
    "/suppliers/{id}/archive",
    SupplierRepository
);

pub(crate) static TABLE: Table<App> = table![
    users::ROUTES,
    orders::ROUTES,
    products::ROUTES,
    carts::ROUTES,
    invoices::ROUTES,
    payments::ROUTES,
    addresses::ROUTES,
    reviews::ROUTES,
    categories::ROUTES,
    suppliers::ROUTES,
    group(
        "/admin",
        guards = [IsAdmin],
        users::ADMIN,
        orders::ADMIN,
        products::ADMIN,
        carts::ADMIN,
        invoices::ADMIN,
        payments::ADMIN,
        addresses::ADMIN,
        reviews::ADMIN,
        categories::ADMIN,
        suppliers::ADMIN
    ),
];
