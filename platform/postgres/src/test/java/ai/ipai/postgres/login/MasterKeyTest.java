package ai.ipai.postgres.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-DB-006")
class MasterKeyTest {
  private static final String HEX =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  private static final String BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @TempDir Path folder;

  /** Computed with Python's hmac from RFC 5869, so that no release can change it unseen. */
  @Test
  void derivationIsHkdfSha256AndStaysTheSameForever() {
    byte[] derived = MasterKey.parse(HEX).derive("login:ipai_server", 24);

    assertThat(HexFormat.of().formatHex(derived))
        .isEqualTo("149c61e3cad72097375a0984c53aa60f7d0ea925cd66bc75");
  }

  @Test
  void hexadecimalAndBase64AreTheSameKey() {
    assertThat(MasterKey.parse(BASE64).encoded()).isEqualTo(MasterKey.parse(HEX).encoded());
    assertThat(MasterKey.parse(" " + HEX + "\n").encoded()).isEqualTo(BASE64);
  }

  @Test
  void everyLoginHasItsOwnPassword() {
    MasterKey key = MasterKey.generate();

    assertThat(Login.all().stream().map(key::password)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "AAECAwQ=", "not base64 !!", "zz"})
  void aMalformedKeyIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> MasterKey.parse(text))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.MASTER_KEY_INVALID);
              if (!text.isEmpty()) {
                assertThat(refused.getMessage() + refused.hint()).doesNotContain("'" + text + "'");
              }
            });
  }

  @Test
  void theFirstStartWritesAPrivateFileAndTheNextReadsIt() throws Exception {
    MasterKey first = MasterKey.loadOrCreate(folder, Map.of());

    Path file = folder.resolve("master.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(MasterKey.loadOrCreate(folder, Map.of()).encoded()).isEqualTo(first.encoded());
  }

  @Test
  void theVariableWinsAndLeavesNoFile() {
    MasterKey key = MasterKey.loadOrCreate(folder, Map.of("IPAI_MASTER_KEY", HEX));

    assertThat(key.encoded()).isEqualTo(BASE64);
    assertThat(folder.resolve("master.key")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void aFileThatOthersCanOpenIsRefused(String permissions) throws Exception {
    MasterKey.loadOrCreate(folder, Map.of());
    Files.setPosixFilePermissions(
        folder.resolve("master.key"), PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> MasterKey.loadOrCreate(folder, Map.of()))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.MASTER_KEY_EXPOSED);
              assertThat(refused.hint()).contains("chmod 600");
            });
  }

  @Test
  void theKeyIsNotPrinted() {
    assertThat(MasterKey.parse(HEX).toString()).doesNotContain("AAEC").doesNotContain("0001");
  }
}
