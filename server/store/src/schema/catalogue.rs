//! The catalogue: tenants, pulses, super users.
//! One table set for both databases; a test compares it with what the migrations made.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    catalogue_version (id) {
        id -> Integer,
        n -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    tenant (id) {
        id -> DbUuid,
        name -> DbText,
        title -> Text,
        prefix -> Nullable<DbText>,
        hosts -> DbJson,
        old_prefixes -> DbJson,
        ring -> Text,
        state -> DbText,
        state_reason -> Nullable<Text>,
        isolation -> DbText,
        database_url -> Text,
        schema_name -> Nullable<Text>,
        themes -> DbJson,
        features -> DbJson,
        quotas -> DbJson,
        recipe -> DbText,
        fingerprint -> Text,
        schema_version -> BigInt,
        seq -> BigInt,
        created_at -> DbInstant,
        updated_at -> DbInstant,
        deleted_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    tenant_address (address) {
        address -> Text,
        tenant_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    tenant_pulse (tenant_id) {
        tenant_id -> DbUuid,
        seq -> BigInt,
        n -> BigInt,
        token -> DbUuid,
        intent_token -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    tenant_due (tenant_id) {
        tenant_id -> DbUuid,
        at -> DbInstant,
        claim -> Nullable<DbUuid>,
        claimed_until -> Nullable<DbInstant>,
        notes -> BigInt,
        failures -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    tenant_gone (tenant_id) {
        tenant_id -> DbUuid,
        seq -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    provision (id) {
        id -> DbUuid,
        tenant_id -> DbUuid,
        name -> DbText,
        purpose -> Text,
        isolation -> DbText,
        database_url -> Text,
        schema_name -> Nullable<Text>,
        node -> Text,
        started_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    tenant_event (id) {
        id -> DbUuid,
        tenant_id -> DbUuid,
        at -> DbInstant,
        actor -> Text,
        what -> Text,
        detail -> DbJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    super_user (id) {
        id -> DbUuid,
        name -> Text,
        email -> Text,
        display_name -> Text,
        password_hash -> Nullable<Text>,
        disabled -> Bool,
        created_at -> DbInstant,
        password_changed_at -> Nullable<DbInstant>,
        seen_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    super_session (hash) {
        hash -> Binary,
        user_id -> DbUuid,
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
        subject -> Nullable<DbUuid>,
        created_at -> DbInstant,
        expires_at -> DbInstant,
        used_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    catalogue_setting (key) {
        key -> Text,
        value -> DbJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::*;

    node (id) {
        id -> DbUuid,
        name -> Text,
        build -> Text,
        config_hash -> Text,
        settings -> DbJson,
        key_fingerprint -> Text,
        themes -> Text,
        address -> Text,
        ops_address -> Text,
        started_at -> DbInstant,
        heartbeat_at -> DbInstant,
        clock_at -> DbInstant,
        state -> DbText,
        applied -> BigInt,
        lag_ms -> BigInt,
        troubles -> DbJson,
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
    catalogue_version,
    tenant,
    tenant_address,
    tenant_pulse,
    tenant_due,
    tenant_gone,
    provision,
    tenant_event,
    super_user,
    super_session,
    one_time_token,
    catalogue_setting,
    node,
    job
);
