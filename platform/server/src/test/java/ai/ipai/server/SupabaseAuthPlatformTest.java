package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unmodified supabase-js against {@code /auth/v1}: everything that apps do with accounts. */
class SupabaseAuthPlatformTest {
  private static final Pattern SECTION = Pattern.compile("(?m)^  async (\\w+)\\(");

  @TempDir private Path folder;
  @TempDir private Path dataDir;

  @Test
  @Tag("REQ-AUTH-001")
  @Tag("REQ-AUTH-002")
  @Tag("REQ-AUTH-003")
  @Tag("REQ-AUTH-004")
  @Tag("REQ-AUTH-005")
  @Tag("REQ-AUTH-006")
  @Tag("REQ-AUTH-007")
  @Tag("REQ-AUTH-008")
  @Tag("REQ-AUTH-009")
  @Tag("REQ-AUTH-010")
  void everythingThatAppsDoWithAccountsWorks() throws Exception {
    SupabaseModules modules = SupabaseModules.install(folder);
    try (Mailboxes mailboxes = new Mailboxes();
        LoopbackProvider provider = new LoopbackProvider();
        Platform platform = Platform.start(config(mailboxes, provider))) {
      List<String> lines =
          modules.run(
              "auth.mjs",
              Map.of(
                  "API_URL", platform.apiUrl(),
                  "ANON_KEY", platform.tokens().minter().anonKey(),
                  "SERVICE_KEY", platform.tokens().minter().serviceRoleKey(),
                  "MAILS_URL", mailboxes.url()));
      assertThat(lines.stream().filter(line -> line.startsWith("ok ")).map(l -> l.substring(3)))
          .as(String.join("\n", lines))
          .containsExactlyElementsOf(sections());
    }
  }

  private List<String> sections() throws Exception {
    String script = java.nio.file.Files.readString(folder.resolve("auth.mjs"));
    List<String> names = SECTION.matcher(script).results().map(match -> match.group(1)).toList();
    assertThat(names).hasSizeGreaterThan(10);
    return names;
  }

  private PlatformConfig config(Mailboxes mailboxes, LoopbackProvider provider) {
    return PlatformConfig.load(
        RunningPlatform.ROOT,
        dataDir,
        Map.of(
            "IPAI_AUTH_SIGN_UP",
            "on",
            "IPAI_AUTH_REDIRECT_URLS",
            "http://app.test/**",
            "IPAI_SMTP_URL",
            mailboxes.smtpUrl(),
            "IPAI_MAIL_FROM",
            "Lakehouse <no-reply@lakehouse.test>",
            "IPAI_OIDC_ISSUER",
            provider.issuer(),
            "IPAI_OIDC_CLIENT_ID",
            LoopbackProvider.CLIENT,
            "IPAI_OIDC_CLIENT_SECRET",
            LoopbackProvider.SECRET),
        Map.of(
            Setting.DATA_DIR, dataDir.toString(), Setting.PORT, "0", Setting.DATABASE_PORT, "0"));
  }
}
