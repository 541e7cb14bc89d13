package ai.ipai.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-DB-004")
class ServerSettingsTest {
  private static final EmbeddedConfig CONFIG = EmbeddedConfig.of(Path.of("/data"), 54322);
  private static final long GB = 1L << 30;

  @Test
  void aSmallBoxGetsASmallServer() {
    String settings = ServerSettings.render(new Machine(GB, 1, 100 * GB), 54322, CONFIG);

    assertThat(settings)
        .contains("shared_buffers = '128MB'")
        .contains("max_parallel_workers_per_gather = '1'")
        .contains("max_connections = '100'");
  }

  @Test
  void aLargeBoxGetsALargeOneWithinBounds() {
    String settings = ServerSettings.render(new Machine(512 * GB, 64, 4096 * GB), 54322, CONFIG);

    assertThat(settings)
        .contains("shared_buffers = '8192MB'")
        .contains("max_parallel_workers = '64'")
        .contains("max_parallel_workers_per_gather = '4'")
        .contains("max_connections = '400'")
        .contains("work_mem = '64MB'");
  }

  @Test
  void theLogFitsTheDisk() {
    assertThat(ServerSettings.render(new Machine(GB, 1, GB / 5), 1, CONFIG))
        .contains("max_wal_size = '32MB'")
        .contains("min_wal_size = '32MB'")
        .contains("max_slot_wal_keep_size = '64MB'");
    assertThat(ServerSettings.render(new Machine(GB, 1, 100 * GB), 1, CONFIG))
        .contains("max_wal_size = '2048MB'")
        .contains("min_wal_size = '128MB'")
        .contains("max_slot_wal_keep_size = '4096MB'");
  }

  @Test
  void itIsDurableLocalAndSilentAboutValuesUnlessToldOtherwise() {
    String settings = ServerSettings.render(new Machine(GB, 2, 100 * GB), 54322, CONFIG);

    assertThat(settings)
        .doesNotContain("fsync")
        .contains("listen_addresses = '127.0.0.1'")
        .contains("unix_socket_directories = ''")
        .contains("wal_level = 'logical'")
        .contains("log_statement = 'none'")
        .contains("log_parameter_max_length_on_error = '0'");
    assertThat(ServerSettings.render(new Machine(GB, 2, 100 * GB), 1, CONFIG.withoutDurability()))
        .contains("fsync = 'off'");
  }

  @Test
  void aSettingOfTheCallerReplacesOurs() {
    String settings =
        ServerSettings.render(
            new Machine(GB, 2, 100 * GB), 1, CONFIG.withSetting("shared_buffers", "it's"));

    assertThat(settings).containsOnlyOnce("shared_buffers").contains("shared_buffers = 'it''s'");
  }
}
