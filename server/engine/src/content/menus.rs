//! Menus: a tree for each place, edited entry by entry and written as a whole.

use rowhouse_domain::{ItemId, MenuEntryId, content::MenuPlace, name::RoutePath, permission::Area};
use rowhouse_store::{Change, ItemRow, MenuRow, Result as Stored};

use super::guard;
use crate::{
    actor::Actor,
    error::{EngineError, Result},
    site::Site,
};

/// Entries that one menu may have.
const MOST_ENTRIES: usize = 200;
/// Levels below the first.
const DEEPEST: usize = 4;
/// The longest title and address, in bytes.
const LONGEST: usize = 1_000;

/// Where a new entry leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuTarget {
    /// To a page or post, wherever it stands.
    Item(ItemId),
    /// To a path of the site (`/category/news`) or an address elsewhere (`https://…`, `mailto:…`).
    Address(String),
}

/// One step for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuMove {
    /// Before the sibling above it.
    Up,
    /// Behind the sibling below it.
    Down,
    /// Below the sibling above it.
    In,
    /// Behind the entry that it stands below.
    Out,
}

/// The entries of a menu, siblings in order, with the items they lead to.
///
/// # Errors
/// [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn menu(site: &Site, actor: &Actor, place: MenuPlace) -> Result<Vec<(MenuRow, Option<ItemRow>)>> {
    guard::area(actor, Area::Menus)?;
    site.look(move |s| {
        Box::pin(async move {
            let mut entries = Vec::new();
            for row in s.menu_rows(place).await? {
                let item = match row.item {
                    Some(id) => s.item(id).await?,
                    None => None,
                };
                entries.push((row, item));
            }
            Ok(entries)
        })
    })
    .await
}

fn title(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > LONGEST { Err(EngineError::invalid("title", "the words are too long")) } else { Ok(text) }
}

/// Checks an address: a script in a menu would run on every page.
fn address(text: &str) -> Result<String> {
    let text = text.trim();
    let told = "write a path as in /about or an address as in https://example.org/";
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(EngineError::invalid("url", told));
    }
    if text.starts_with('/') && !text.starts_with("//") {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        RoutePath::canonical(path).map_err(|e| EngineError::invalid("url", e))?;
        return Ok(text.to_owned());
    }
    if text.starts_with('#') {
        return Ok(text.to_owned());
    }
    match url::Url::parse(text) {
        Ok(url) if ["https", "http", "mailto", "tel"].contains(&url.scheme()) => Ok(url.into()),
        _ => Err(EngineError::invalid("url", told)),
    }
}

/// Runs an edit of the rows of a menu and writes the outcome.
async fn edit(
    site: &Site,
    actor: &Actor,
    place: MenuPlace,
    work: impl FnOnce(&mut Vec<MenuRow>) -> Result<()> + Send + 'static,
) -> Result<Vec<MenuRow>> {
    guard::area(actor, Area::Menus)?;
    site.write(move |s| {
        Box::pin(async move {
            let mut rows = s.menu_rows(place).await?;
            work(&mut rows)?;
            write(s, place, rows).await
        })
    })
    .await
}

/// Numbers siblings anew, checks the tree and writes it.
async fn write(s: &mut Change, place: MenuPlace, mut rows: Vec<MenuRow>) -> Stored<Vec<MenuRow>> {
    if rows.len() > MOST_ENTRIES {
        return Err(EngineError::Quota(format!("a menu has at most {MOST_ENTRIES} entries")).into());
    }
    let parents: std::collections::HashMap<MenuEntryId, Option<MenuEntryId>> =
        rows.iter().map(|r| (r.id, r.parent)).collect();
    for row in &rows {
        let above = std::iter::successors(row.parent, |id| parents.get(id).copied().flatten());
        if above.take(DEEPEST + 1).count() > DEEPEST {
            let told = format!("a menu has at most {} levels", DEEPEST + 1);
            return Err(EngineError::invalid("parent", told).into());
        }
        if let Some(item) = row.item
            && s.item(item).await?.is_none()
        {
            return Err(EngineError::NotFound("item").into());
        }
    }
    rows.sort_by_key(|r| r.position);
    let mut counts: std::collections::HashMap<Option<MenuEntryId>, i32> = std::collections::HashMap::new();
    for row in &mut rows {
        let next = counts.entry(row.parent).or_default();
        row.position = *next;
        *next += 1;
    }
    s.set_menu(place, &rows).await?;
    Ok(rows)
}

fn find(rows: &[MenuRow], id: MenuEntryId) -> Result<&MenuRow> {
    rows.iter().find(|r| r.id == id).ok_or(EngineError::NotFound("menu entry"))
}

/// Puts an entry at the end of a menu, or below another one.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::NotFound`], [`EngineError::Denied`], or what the database says.
#[crate::boxed]
pub async fn add_menu_entry(
    site: &Site,
    actor: &Actor,
    place: MenuPlace,
    target: MenuTarget,
    words: &str,
    parent: Option<MenuEntryId>,
) -> Result<Vec<MenuRow>> {
    let title = title(words)?;
    let (item, url) = match target {
        MenuTarget::Item(id) => (Some(id), None),
        MenuTarget::Address(text) => (None, Some(address(&text)?)),
    };
    if item.is_none() && title.is_empty() {
        return Err(EngineError::invalid("title", "an entry with an address needs words"));
    }
    edit(site, actor, place, move |rows| {
        if let Some(parent) = parent {
            find(rows, parent)?;
        }
        let id = MenuEntryId::fresh();
        rows.push(MenuRow { id, place, parent, position: i32::MAX, title, item, url, source: None });
        Ok(())
    })
    .await
}

/// Gives an entry other words; none means the title of its item. An entry with an address may get another.
///
/// # Errors
/// As [`add_menu_entry`].
#[crate::boxed]
pub async fn rename_menu_entry(
    site: &Site,
    actor: &Actor,
    place: MenuPlace,
    id: MenuEntryId,
    words: &str,
    to: Option<&str>,
) -> Result<Vec<MenuRow>> {
    let title = title(words)?;
    let to = to.map(address).transpose()?;
    edit(site, actor, place, move |rows| {
        let row = rows.iter_mut().find(|r| r.id == id).ok_or(EngineError::NotFound("menu entry"))?;
        if title.is_empty() && row.item.is_none() {
            return Err(EngineError::invalid("title", "an entry with an address needs words"));
        }
        row.title = title;
        if row.item.is_none() {
            row.url = to.or(row.url.take());
        }
        Ok(())
    })
    .await
}

/// Removes an entry and all below it.
///
/// # Errors
/// As [`add_menu_entry`].
#[crate::boxed]
pub async fn remove_menu_entry(
    site: &Site,
    actor: &Actor,
    place: MenuPlace,
    id: MenuEntryId,
) -> Result<Vec<MenuRow>> {
    edit(site, actor, place, move |rows| {
        find(rows, id)?;
        let mut gone = vec![id];
        let mut next = 0;
        while let Some(parent) = gone.get(next).copied() {
            gone.extend(rows.iter().filter(|r| r.parent == Some(parent)).map(|r| r.id));
            next += 1;
        }
        rows.retain(|r| !gone.contains(&r.id));
        Ok(())
    })
    .await
}

/// Moves an entry by one step, with all below it. A step that leads nowhere changes nothing.
///
/// # Errors
/// As [`add_menu_entry`].
#[crate::boxed]
pub async fn move_menu_entry(
    site: &Site,
    actor: &Actor,
    place: MenuPlace,
    id: MenuEntryId,
    step: MenuMove,
) -> Result<Vec<MenuRow>> {
    edit(site, actor, place, move |rows| moved(rows, id, step)).await
}

fn moved(rows: &mut [MenuRow], id: MenuEntryId, step: MenuMove) -> Result<()> {
    let row = find(rows, id)?.clone();
    let mut siblings: Vec<_> =
        rows.iter().filter(|r| r.parent == row.parent).map(|r| (r.position, r.id)).collect();
    siblings.sort_unstable();
    let at = siblings.iter().position(|(_, other)| *other == id).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|n| siblings.get(n)).map(|s| s.1);
    let after = siblings.get(at + 1).map(|s| s.1);
    match step {
        MenuMove::Up => swap(rows, id, before),
        MenuMove::Down => swap(rows, id, after),
        MenuMove::In => {
            if let Some(parent) = before {
                place_at(rows, id, Some(parent), i32::MAX);
            }
        }
        MenuMove::Out => {
            let Some(parent) = row.parent.map(|p| find(rows, p).cloned()).transpose()? else { return Ok(()) };
            for other in rows.iter_mut().filter(|r| r.parent == parent.parent && r.position > parent.position)
            {
                other.position += 1;
            }
            place_at(rows, id, parent.parent, parent.position + 1);
        }
    }
    Ok(())
}

fn place_at(rows: &mut [MenuRow], id: MenuEntryId, parent: Option<MenuEntryId>, position: i32) {
    for row in rows.iter_mut().filter(|r| r.id == id) {
        row.parent = parent;
        row.position = position;
    }
}

fn swap(rows: &mut [MenuRow], one: MenuEntryId, other: Option<MenuEntryId>) {
    let position = |rows: &[MenuRow], id| rows.iter().find(|r| r.id == id).map(|r| r.position);
    let Some(other) = other else { return };
    let (Some(a), Some(b)) = (position(rows, one), position(rows, other)) else { return };
    for row in rows.iter_mut() {
        if row.id == one {
            row.position = b;
        } else if row.id == other {
            row.position = a;
        }
    }
}

/// Makes `rows` the menu of a place: what a form with the whole tree sends.
///
/// # Errors
/// As [`add_menu_entry`].
#[crate::boxed]
pub async fn replace_menu(
    site: &Site,
    actor: &Actor,
    place: MenuPlace,
    rows: Vec<MenuRow>,
) -> Result<Vec<MenuRow>> {
    let mut checked = Vec::with_capacity(rows.len());
    for mut row in rows {
        row.place = place;
        row.title = title(&row.title)?;
        row.url = match (row.item, row.url) {
            (Some(_), _) => None,
            (None, Some(url)) => Some(address(&url)?),
            (None, None) => return Err(EngineError::invalid("url", "an entry leads somewhere")),
        };
        checked.push(row);
    }
    edit(site, actor, place, move |rows| {
        *rows = checked;
        Ok(())
    })
    .await
}
