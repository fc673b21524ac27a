//! Categories and tags made, changed, united and removed.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};
use rowhouse_domain::{ItemId, TermId, VersionId, coherence::Tag, content::Fields};

use super::super::{super::change::Change, model::PublicTerm, tags};
use crate::{
    error::Result,
    query::RunQueryDsl,
    schema::tenant::{item_term, term, version},
    types::{Col, Json},
};

impl Change {
    /// Makes a term.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] if the slug is, or what the database says.
    #[crate::boxed]
    pub async fn create_term(&mut self, new: &PublicTerm) -> Result<()> {
        let values = (
            term::id.eq(Col(new.id)),
            term::taxonomy.eq(Col(new.taxonomy)),
            term::name.eq(&new.name),
            term::slug.eq(Col(new.slug.clone())),
            term::parent_id.eq(new.parent.map(Col)),
            term::description.eq(&new.description),
        );
        diesel::insert_into(term::table).values(values).execute(&mut self.conn).await?;
        self.touch(Tag::Term(new.id));
        self.touch(tags::terms(new.taxonomy));
        Ok(())
    }

    /// Changes a term; its taxonomy stays. Answers whether it is there.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] if the slug is, or what the database says.
    #[crate::boxed]
    pub async fn update_term(&mut self, new: &PublicTerm) -> Result<bool> {
        let Some(old) = self.term_by_id(new.id).await? else { return Ok(false) };
        let values = (
            term::name.eq(&new.name),
            term::slug.eq(Col(new.slug.clone())),
            term::parent_id.eq(new.parent.map(Col)),
            term::description.eq(&new.description),
        );
        diesel::update(term::table.find(Col(new.id))).set(values).execute(&mut self.conn).await?;
        self.touch(Tag::Term(new.id));
        if old.slug != new.slug || old.parent != new.parent {
            self.touch(tags::terms(old.taxonomy));
        }
        Ok(true)
    }

    /// Removes a term from all items and for ever; categories below it move up. Answers whether it was
    /// there.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn delete_term(&mut self, id: TermId) -> Result<bool> {
        let Some(old) = self.term_by_id(id).await? else { return Ok(false) };
        self.hand_children(&old, old.parent).await?;
        diesel::delete(term::table.find(Col(id))).execute(&mut self.conn).await?;
        self.touch(Tag::Term(id));
        self.touch(tags::terms(old.taxonomy));
        self.touch(tags::with_term(old.taxonomy, id));
        Ok(true)
    }

    /// Gives all items of one term another term of the same taxonomy, and removes the one. Answers whether
    /// both were there.
    ///
    /// # Errors
    /// What the database says.
    #[crate::boxed]
    pub async fn merge_terms(&mut self, from: TermId, into: TermId) -> Result<bool> {
        let (Some(old), Some(kept)) = (self.term_by_id(from).await?, self.term_by_id(into).await?) else {
            return Ok(false);
        };
        if old.taxonomy != kept.taxonomy || from == into {
            return Ok(false);
        }
        let items: Vec<Col<ItemId>> = item_term::table
            .filter(item_term::term_id.eq(Col(from)))
            .select(item_term::item_id)
            .load(&mut self.conn)
            .await?;
        for item in items {
            let row = (item_term::item_id.eq(item), item_term::term_id.eq(Col(into)));
            diesel::insert_into(item_term::table)
                .values(row)
                .on_conflict_do_nothing()
                .execute(&mut self.conn)
                .await?;
        }
        self.rename_in_versions(from, into).await?;
        self.touch(tags::with_term(kept.taxonomy, into));
        if kept.parent == Some(from) {
            let up = (term::parent_id.eq(old.parent.map(Col)),);
            diesel::update(term::table.find(Col(into))).set(up).execute(&mut self.conn).await?;
            self.touch(Tag::Term(into));
        }
        self.hand_children(&old, Some(into)).await?;
        self.delete_term(from).await
    }

    /// Puts the categories below `old` below another one.
    async fn hand_children(&mut self, old: &PublicTerm, parent: Option<TermId>) -> Result<()> {
        let children: Vec<Col<TermId>> =
            term::table.filter(term::parent_id.eq(Col(old.id))).select(term::id).load(&mut self.conn).await?;
        for child in children {
            diesel::update(term::table.find(child))
                .set(term::parent_id.eq(parent.map(Col)))
                .execute(&mut self.conn)
                .await?;
            self.touch(Tag::Term(child.0));
        }
        Ok(())
    }

    /// Writes one term for another into all versions, so that a later save does not lose it.
    async fn rename_in_versions(&mut self, from: TermId, into: TermId) -> Result<()> {
        let naming = sql::<Bool>("CAST(version.fields AS TEXT) LIKE ").bind::<Text, _>(format!("%{from}%"));
        let rows: Vec<(Col<VersionId>, Json<Fields>)> =
            version::table.filter(naming).select((version::id, version::fields)).load(&mut self.conn).await?;
        for (id, Json(mut fields)) in rows {
            let there = fields.terms.contains(&into);
            fields.terms.retain(|t| *t != from || !there);
            for term in &mut fields.terms {
                if *term == from {
                    *term = into;
                }
            }
            let fields = Json(fields);
            diesel::update(version::table.find(id))
                .set(version::fields.eq(&fields))
                .execute(&mut self.conn)
                .await?;
        }
        Ok(())
    }
}
