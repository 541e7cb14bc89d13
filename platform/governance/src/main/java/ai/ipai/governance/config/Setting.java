package ai.ipai.governance.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of the platform: its variable, its key in {@code ipai.yaml}, its default and what
 * it is for. This list is the reference; {@code docs/reference/configuration.md} is tested against
 * it.
 */
public enum Setting {
  WORKSPACE("IPAI_WORKSPACE", "", ".", "The folder that holds ipai.yaml."),
  TARGET("IPAI_TARGET", "target", "dev", "Which entry of targets applies."),
  DATA_DIR("IPAI_DATA_DIR", "", ".ipai", "State on this machine: embedded database, keys, files."),
  PORT("IPAI_PORT", "server.port", "54321", "Port of API and console. 0 takes a free one."),
  BIND_ADDRESS("IPAI_BIND_ADDRESS", "server.bind", "127.0.0.1", "Address the API listens on."),
  PUBLIC_URL(
      "IPAI_PUBLIC_URL", "server.public_url", "", "How callers reach the API, behind a proxy."),
  TRUSTED_PROXIES(
      "IPAI_TRUSTED_PROXIES",
      "server.trusted_proxies",
      "",
      "Proxies in front, as addresses or blocks with commas between: whom they name in X-Forwarded-For is who asks."),
  CORS_ORIGIN(
      "IPAI_CORS_ORIGIN",
      "server.cors_origin",
      "*",
      "The origin whose pages may call the API. *: any, never with cookies."),
  REST_SCHEMAS(
      "IPAI_REST_SCHEMAS",
      "server.rest_schemas",
      "public,api,gold_*,platinum_*",
      "Schemas served at /rest/v1, the default first. gold_*: all that begin so."),
  METRICS_TOKEN(
      "IPAI_METRICS_TOKEN", "", "", "Who presents it may read /metrics from another machine."),
  DATABASE_URL(
      "IPAI_DATABASE_URL",
      "database.url",
      "",
      "A PostgreSQL 15 to 18 to use. Without it the embedded one starts."),
  DATABASE_PORT(
      "IPAI_DATABASE_PORT",
      "database.port",
      "54322",
      "Port of the embedded database. 0: a free one."),
  DATABASE_POOL_SIZE(
      "IPAI_DATABASE_POOL_SIZE",
      "database.pool_size",
      "",
      "Connections of the gateway. Empty: by cores."),
  STATEMENT_TIMEOUT(
      "IPAI_STATEMENT_TIMEOUT",
      "database.statement_timeout",
      "15s",
      "Longest statement of a caller."),
  JWT_SECRET(
      "IPAI_JWT_SECRET", "auth.jwt_secret", "", "HS256 key of the tokens, at least 32 characters."),
  JWKS_URL("IPAI_JWKS_URL", "auth.jwks_url", "", "Where the keys of an identity provider are."),
  JWT_ISSUER("IPAI_JWT_ISSUER", "auth.issuer", "", "The iss that tokens must carry."),
  JWT_AUDIENCE(
      "IPAI_JWT_AUDIENCE", "auth.audience", "authenticated", "The aud that tokens must carry."),
  AUTH_SIGNING(
      "IPAI_AUTH_SIGNING",
      "auth.signing",
      "ES256",
      "What signs users' tokens: ES256 (keys in the vault) or HS256 (the JWT secret)."),
  AUTH_SIGN_UP(
      "IPAI_AUTH_SIGN_UP", "auth.sign_up", "off", "Whether anybody may make an account: on, off."),
  AUTH_CONFIRM(
      "IPAI_AUTH_CONFIRM",
      "auth.confirm",
      "on",
      "Whether an address must be proven by mail before it counts: on, off."),
  AUTH_SITE_URL(
      "IPAI_AUTH_SITE_URL",
      "auth.site_url",
      "",
      "Where people land after a mailed link. Empty: the console."),
  AUTH_REDIRECT_URLS(
      "IPAI_AUTH_REDIRECT_URLS",
      "auth.redirect_urls",
      "",
      "Where else they may be sent, such as https://app.example.com/**, with commas between."),
  OIDC_NAME(
      "IPAI_OIDC_NAME", "auth.oidc_name", "keycloak", "What clients call the identity provider."),
  OIDC_ISSUER(
      "IPAI_OIDC_ISSUER", "auth.oidc_issuer", "", "An OpenID Connect provider to sign in at."),
  OIDC_CLIENT_ID(
      "IPAI_OIDC_CLIENT_ID", "auth.oidc_client_id", "", "This installation's name there."),
  OIDC_CLIENT_SECRET(
      "IPAI_OIDC_CLIENT_SECRET",
      "auth.oidc_client_secret",
      "",
      "Its secret; in a file only as secret://name."),
  SMTP_URL(
      "IPAI_SMTP_URL",
      "mail.smtp_url",
      "",
      "Mail server: smtps://host:465, or smtp://host:587 with STARTTLS."),
  SMTP_USER("IPAI_SMTP_USER", "mail.smtp_user", "", "Who signs in at the mail server."),
  SMTP_PASSWORD(
      "IPAI_SMTP_PASSWORD",
      "mail.smtp_password",
      "",
      "Its password; in a file only as secret://name."),
  MAIL_FROM("IPAI_MAIL_FROM", "mail.from", "", "Whom mails are from."),
  MASTER_KEY(
      "IPAI_MASTER_KEY", "", "", "Key of the embedded vault and of the logins. Else master.key."),
  STORAGE_URL(
      "IPAI_STORAGE_URL",
      "storage.url",
      "",
      "file: or s3: for files. Empty: below the data folder."),
  DISK_PAUSE_AT(
      "IPAI_DISK_PAUSE_AT", "disk.pause_at", "90", "Percent of a disk from which intake waits."),
  AUDIT_ANCHOR_URL(
      "IPAI_AUDIT_ANCHOR_URL",
      "audit.anchor_url",
      "",
      "s3: or file: for audit checkpoints, beside those in the data folder."),
  BACKUP_ARCHIVE(
      "IPAI_BACKUP_ARCHIVE",
      "backup.archive",
      "",
      "s3: or file: to which the embedded database's log leaves continuously."),
  S3_ENDPOINT("IPAI_S3_ENDPOINT", "s3.endpoint", "", "An S3-compatible service. Empty: AWS."),
  S3_REGION("IPAI_S3_REGION", "s3.region", "us-east-1", "Region of the buckets."),
  S3_ACCESS_KEY_ID("IPAI_S3_ACCESS_KEY_ID", "s3.access_key_id", "", "Who signs requests to S3."),
  S3_SECRET_KEY(
      "IPAI_S3_SECRET_KEY", "s3.secret_key", "", "Its secret; in a file only as secret://name."),
  FILE_ROOTS(
      "IPAI_FILE_ROOTS",
      "",
      "",
      "Folders outside the workspace that file connectors may read, with : between."),
  PROCESS_SOURCES(
      "IPAI_PROCESS_SOURCES",
      "",
      "",
      "Programs that process connectors may run: name=command, with ; between."),
  DBT_SCHEMA(
      "IPAI_DBT_SCHEMA",
      "dbt.schema",
      "",
      "dbt's target.schema, such as gold_shop. Empty: models name their layers."),
  DBT_SCHEMAS(
      "IPAI_DBT_SCHEMAS",
      "dbt.schemas",
      "",
      "Schemas of a project that stand for others: raw=silver_raw, with commas between."),
  DBT_ENVIRONMENT(
      "IPAI_DBT_ENVIRONMENT",
      "dbt.environment",
      "",
      "Names that env_var may read beside DBT_*, with commas between."),
  SPARK_URL("IPAI_SPARK_URL", "engines.spark", "", "A Spark Connect server, sc://host:15002."),
  LOG_LEVEL("IPAI_LOG_LEVEL", "log.level", "info", "error, warn, info, debug or trace."),
  LOG_FORMAT("IPAI_LOG_FORMAT", "log.format", "text", "text or json.");

  private final String variable;
  private final String key;
  private final String fallback;
  private final String meaning;

  Setting(String variable, String key, String fallback, String meaning) {
    this.variable = variable;
    this.key = key;
    this.fallback = fallback;
    this.meaning = meaning;
  }

  /** The environment variable. */
  public String variable() {
    return variable;
  }

  /** The dotted path in {@code ipai.yaml}; empty where only the environment may set it. */
  public Optional<String> key() {
    return key.isEmpty() ? Optional.empty() : Optional.of(key);
  }

  /** The default as one would write it; empty where there is none. */
  public String fallback() {
    return fallback;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether its value is a secret, or may hold one as a database URL does. */
  public boolean isSensitive() {
    return this == JWT_SECRET
        || this == MASTER_KEY
        || this == METRICS_TOKEN
        || this == DATABASE_URL
        || this == OIDC_CLIENT_SECRET
        || this == SMTP_PASSWORD
        || this == S3_SECRET_KEY;
  }

  /** The long option of the commands that take it, such as {@code --database-url}. */
  public String option() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Setting> ofVariable(String variable) {
    return Arrays.stream(values()).filter(s -> s.variable.equals(variable)).findFirst();
  }

  public static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(s -> !key.isEmpty() && s.key.equals(key)).findFirst();
  }
}
