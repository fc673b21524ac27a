//! One tenant: content, accounts, settings, revisions.
//! One table set for both databases; a test compares it with what the migrations made.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    site_version (id) {
        id -> Integer,
        tenant_id -> DbUuid,
        n -> BigInt,
        token -> DbUuid,
        fenced -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    revision (n) {
        n -> BigInt,
        token -> DbUuid,
        prev_token -> DbUuid,
        tags -> Text,
        vocabulary -> Integer,
        at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    site_setting (key) {
        key -> Text,
        value -> DbJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    account (id) {
        id -> DbUuid,
        name -> Text,
        email -> Text,
        display_name -> Text,
        bio -> Text,
        password_hash -> Nullable<Text>,
        disabled -> Bool,
        must_change -> Bool,
        created_at -> DbInstant,
        password_changed_at -> Nullable<DbInstant>,
        seen_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    role (id) {
        id -> DbUuid,
        name -> Text,
        title -> Text,
        description -> Text,
        builtin -> Bool,
        grants -> DbJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    account_role (account_id, role_id) {
        account_id -> DbUuid,
        role_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    session (hash) {
        hash -> Binary,
        account_id -> DbUuid,
        csrf -> Binary,
        agent -> Text,
        address -> Text,
        created_at -> DbInstant,
        seen_at -> DbInstant,
        expires_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    one_time_token (hash) {
        hash -> Binary,
        purpose -> Text,
        account_id -> Nullable<DbUuid>,
        created_at -> DbInstant,
        expires_at -> DbInstant,
        used_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    media (id) {
        id -> DbUuid,
        account_id -> Nullable<DbUuid>,
        name -> Text,
        mime -> Text,
        bytes -> BigInt,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        alt -> Text,
        caption -> Text,
        hash -> Text,
        variants -> DbJson,
        source -> Nullable<Text>,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    term (id) {
        id -> DbUuid,
        taxonomy -> DbText,
        name -> Text,
        slug -> DbText,
        parent_id -> Nullable<DbUuid>,
        description -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    item (id) {
        id -> DbUuid,
        kind -> DbText,
        author_id -> Nullable<DbUuid>,
        status -> DbText,
        latest_version -> DbUuid,
        published_version -> Nullable<DbUuid>,
        version_count -> Integer,
        title -> Text,
        route -> Nullable<DbText>,
        parent_id -> Nullable<DbUuid>,
        sticky -> Bool,
        menu_order -> Integer,
        password -> Nullable<Text>,
        noindex -> Bool,
        published_at -> Nullable<DbInstant>,
        updated_at -> DbInstant,
        created_at -> DbInstant,
        publish_at -> Nullable<DbInstant>,
        unpublish_at -> Nullable<DbInstant>,
        deleted_at -> Nullable<DbInstant>,
        lock_account -> Nullable<DbUuid>,
        lock_until -> Nullable<DbInstant>,
        source -> Nullable<Text>,
        old_number -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    version (id) {
        id -> DbUuid,
        item_id -> DbUuid,
        number -> Integer,
        account_id -> Nullable<DbUuid>,
        title -> Text,
        slug -> DbText,
        format -> DbText,
        body -> Text,
        excerpt -> Text,
        fields -> DbJson,
        note -> Text,
        created_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    autosave (item_id, account_id) {
        item_id -> DbUuid,
        account_id -> DbUuid,
        base_version -> DbUuid,
        document -> DbJson,
        saved_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    item_term (item_id, term_id) {
        item_id -> DbUuid,
        term_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    menu_entry (id) {
        id -> DbUuid,
        place -> DbText,
        parent_id -> Nullable<DbUuid>,
        position -> Integer,
        title -> Text,
        item_id -> Nullable<DbUuid>,
        url -> Nullable<Text>,
        source -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    redirect (id) {
        id -> DbUuid,
        from_path -> DbText,
        to_path -> Nullable<Text>,
        item_id -> Nullable<DbUuid>,
        permanent -> Bool,
        automatic -> Bool,
        created_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    job (id) {
        id -> DbUuid,
        kind -> Text,
        about -> Text,
        payload -> Text,
        once -> Nullable<Text>,
        state -> DbText,
        due_at -> DbInstant,
        run_at -> DbInstant,
        attempts -> Integer,
        claim -> Nullable<DbUuid>,
        claimed_until -> Nullable<DbInstant>,
        last_error -> Nullable<Text>,
        created_at -> DbInstant,
        finished_at -> Nullable<DbInstant>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    site_version,
    revision,
    site_setting,
    account,
    role,
    account_role,
    session,
    one_time_token,
    media,
    term,
    item,
    version,
    autosave,
    item_term,
    menu_entry,
    redirect,
    job
);
