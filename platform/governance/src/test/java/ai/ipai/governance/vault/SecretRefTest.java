package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.error.IpaiException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-VAULT-001")
final class SecretRefTest {
  @Test
  void aReferenceNamesASecret() {
    assertThat(SecretRef.parse("secret://odoo/api_key").name()).isEqualTo("odoo/api_key");
    assertThat(SecretRef.parse("secret://odoo/api_key")).hasToString("secret://odoo/api_key");
    assertThat(SecretRef.isReference("secret://x")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "odoo/api_key", "secret://", "secret:///x", "secret://x/", "secret://X", "secret://a b",
        "secret://../etc", "secret://a//b", "secret://a?b", "secret://a\n", "secret://-a", "hunter2"
      })
  void whatIsNoReferenceIsRefusedWithoutBeingRepeated(String text) {
    assertThatThrownBy(() -> SecretRef.parse(text))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(VaultErrors.BAD_REFERENCE);
              assertThat(e.getMessage()).doesNotContain("hunter2");
            });
  }

  @Test
  void aUserIsReadAsItIsWritten() {
    assertThat(SecretUser.parse("connector:odoo")).isEqualTo(SecretUser.connector("odoo"));
    assertThat(SecretUser.role("ipai_operator")).hasToString("role:ipai_operator");
    assertThatThrownBy(() -> SecretUser.parse("connector:a,role:ipai_platform_admin"))
        .isInstanceOf(IpaiException.class);
    assertThatThrownBy(() -> SecretUser.parse("odoo")).isInstanceOf(IpaiException.class);
  }
}
