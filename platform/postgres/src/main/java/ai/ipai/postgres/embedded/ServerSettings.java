package ai.ipai.postgres.embedded;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of {@code ipai.conf}, which {@code postgresql.conf} includes. Written at every start,
 * so that a newer release upgrades its settings. What an operator sets by {@code ALTER SYSTEM} or
 * in {@code custom.conf} comes later and wins.
 */
final class ServerSettings {
  static final String FILE = "ipai.conf";
  static final String CUSTOM_FILE = "custom.conf";

  private static final long MB = 1L << 20;

  private ServerSettings() {}

  static String render(Machine machine, int port, EmbeddedConfig config) {
    Map<String, String> settings = new LinkedHashMap<>();
    connections(settings, machine, port);
    memory(settings, machine);
    parallelism(settings, machine);
    writing(settings, machine);
    logging(settings);
    if (!config.durable()) {
      settings.put("fsync", "off");
      settings.put("synchronous_commit", "off");
      settings.put("full_page_writes", "off");
    }
    settings.putAll(config.settings());
    StringBuilder text =
        new StringBuilder("# Written at every start: your own settings belong in ");
    text.append(CUSTOM_FILE).append(" beside this file.\n");
    settings.forEach(
        (name, value) ->
            text.append(name).append(" = '").append(value.replace("'", "''")).append("'\n"));
    return text.toString();
  }

  private static void connections(Map<String, String> settings, Machine machine, int port) {
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("port", Integer.toString(port));
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", Integer.toString(connections(machine)));
    settings.put("superuser_reserved_connections", "3");
    settings.put("password_encryption", "scram-sha-256");
    settings.put("tcp_keepalives_idle", "60");
    settings.put("client_connection_check_interval", "5s");
    settings.put("idle_in_transaction_session_timeout", "10min");
    settings.put("timezone", "UTC");
  }

  private static void memory(Map<String, String> settings, Machine machine) {
    long memory = machine.memoryBytes();
    settings.put("shared_buffers", megabytes(memory / 8, 64, 8192));
    settings.put("effective_cache_size", megabytes(memory / 2, 256, 1 << 20));
    settings.put("maintenance_work_mem", megabytes(memory / 32, 32, 1024));
    settings.put("work_mem", megabytes(memory / (8L * connections(machine)), 4, 64));
    settings.put("temp_buffers", "8MB");
    settings.put("huge_pages", "try");
  }

  private static void parallelism(Map<String, String> settings, Machine machine) {
    int cores = machine.processors();
    int perQuery = Math.clamp(cores / 2, 1, 4);
    settings.put("max_worker_processes", Integer.toString(cores + 8));
    settings.put("max_parallel_workers", Integer.toString(cores));
    settings.put("max_parallel_workers_per_gather", Integer.toString(perQuery));
    settings.put("max_parallel_maintenance_workers", Integer.toString(perQuery));
    settings.put("autovacuum_max_workers", Integer.toString(Math.clamp(cores / 2, 2, 5)));
    settings.put("random_page_cost", "1.1");
    settings.put("jit", "off");
  }

  /** On a small disk the log stays small; 16 MB segments, of which PostgreSQL wants two. */
  private static void writing(Map<String, String> settings, Machine machine) {
    long disk = machine.diskBytes();
    settings.put("wal_level", "logical");
    settings.put("max_wal_senders", "10");
    settings.put("max_replication_slots", "10");
    // A forgotten slot costs this much disk and no more.
    settings.put("max_slot_wal_keep_size", megabytes(disk / 8, 64, 4096));
    settings.put("max_wal_size", megabytes(disk / 16, 32, 2048));
    settings.put("min_wal_size", megabytes(disk / 64, 32, 128));
    settings.put("checkpoint_timeout", "15min");
    settings.put("wal_compression", "pglz");
    settings.put("shared_preload_libraries", "pg_stat_statements");
  }

  /** Statements and their values stay out of the log: they may hold secrets and rows. */
  private static void logging(Map<String, String> settings) {
    settings.put("logging_collector", "on");
    settings.put("log_directory", "log");
    settings.put("log_filename", "postgresql-%a.log");
    settings.put("log_truncate_on_rotation", "on");
    settings.put("log_rotation_age", "1d");
    settings.put("log_rotation_size", "0");
    settings.put("log_timezone", "UTC");
    settings.put("log_line_prefix", "%m [%p] %q%u@%d/%a ");
    settings.put("log_statement", "none");
    settings.put("log_min_error_statement", "panic");
    settings.put("log_min_duration_statement", "-1");
    settings.put("log_error_verbosity", "terse");
    settings.put("log_parameter_max_length", "0");
    settings.put("log_parameter_max_length_on_error", "0");
  }

  private static int connections(Machine machine) {
    return Math.clamp(80L + 20L * machine.processors(), 100, 400);
  }

  private static String megabytes(long bytes, long least, long most) {
    return Math.clamp(bytes / MB, least, most) + "MB";
  }
}
