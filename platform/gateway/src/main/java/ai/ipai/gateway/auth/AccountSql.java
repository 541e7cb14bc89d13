package ai.ipai.gateway.auth;

/**
 * How rows of {@code auth.users} are read: its columns and its JSON as Supabase Auth's clients know
 * it.
 */
final class AccountSql {
  private static final String TIME = "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'";

  private static final String APP_METADATA =
      "jsonb_build_object('provider', 'email', 'providers', jsonb_build_array('email'))"
          + " || u.raw_app_meta_data";

  private static final String IDENTITIES =
      """
      coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id,
          'last_sign_in_at', %s, 'created_at', %s, 'updated_at', %s, 'email', i.email,
          'provider', i.provider)) || jsonb_build_object('identity_data', i.identity_data)
          order by i.created_at, i.id)
        from auth.identities i where i.user_id = u.id), '[]')
      """
          .formatted(time("i.last_sign_in_at"), time("i.created_at"), time("i.updated_at"));

  private static final String FACTORS =
      """
      coalesce((select jsonb_build_object('factors', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'id', f.id, 'created_at', %s, 'updated_at', %s, 'status', f.status,
          'friendly_name', f.friendly_name, 'factor_type', f.factor_type))
          order by f.created_at, f.id))
        from auth.mfa_factors f where f.user_id = u.id having count(*) > 0), '{}')
      """
          .formatted(time("f.created_at"), time("f.updated_at"));

  private static final String JSON =
      """
      (jsonb_strip_nulls(jsonb_build_object(
        'id', u.id, 'aud', u.aud, 'role', u.role, 'email', coalesce(u.email, ''),
        'phone', coalesce(u.phone, ''), 'email_confirmed_at', %s, 'confirmed_at', %s,
        'invited_at', %s, 'confirmation_sent_at', %s, 'recovery_sent_at', %s,
        'new_email', nullif(u.email_change, ''), 'email_change_sent_at', %s,
        'last_sign_in_at', %s, 'banned_until', %s, 'deleted_at', %s, 'created_at', %s,
        'updated_at', %s, 'is_anonymous', u.is_anonymous))
      || jsonb_build_object('app_metadata', %s, 'user_metadata', u.raw_user_meta_data,
        'identities', %s) || %s)::text
      """
          .formatted(
              time("u.email_confirmed_at"),
              time("u.confirmed_at"),
              time("u.invited_at"),
              time("u.confirmation_sent_at"),
              time("u.recovery_sent_at"),
              time("u.email_change_sent_at"),
              time("u.last_sign_in_at"),
              time("u.banned_until"),
              time("u.deleted_at"),
              time("u.created_at"),
              time("u.updated_at"),
              APP_METADATA,
              IDENTITIES,
              FACTORS);

  /** In the order in which {@code AccountStore} reads them. */
  static final String COLUMNS =
      "u.id, coalesce(u.email, ''), u.role, ("
          + APP_METADATA
          + ")::text, u.raw_user_meta_data::text, u.created_at, u.last_sign_in_at,"
          + " u.encrypted_password, u.email_confirmed_at is not null, nullif(u.email_change, ''), "
          + JSON;

  private AccountSql() {}

  private static String time(String column) {
    return "to_char(" + column + " at time zone 'utc', " + TIME + ")";
  }
}
