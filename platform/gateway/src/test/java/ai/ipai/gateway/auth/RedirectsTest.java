package ai.ipai.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-AUTH-006")
class RedirectsTest {
  private static final String SITE = "https://www.example.com/start";
  private static final List<String> PATTERNS =
      List.of("https://app.example.com/**", "https://*.preview.example.com/done", "myapp://back");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://www.example.com/anything?x=1",
        "https://app.example.com/a/b?next=c.d",
        "https://one.preview.example.com/done",
        "myapp://back"
      })
  void whatTheSiteAndThePatternsNameIsAllowed(String address) {
    assertThat(Redirects.isAllowed(address, SITE, PATTERNS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/relative",
        "//evil.test/",
        "http://www.example.com/",
        "https://www.example.com:8443/",
        "https://www.example.com.evil.test/",
        "https://www.example.com@evil.test/",
        "https://evil.test\\@www.example.com/",
        "https:\\\\app.example.com/",
        "https://app.example.com.evil.test/",
        "https://appXexample.com/",
        "https://a.b.preview.example.com/done",
        "https://evil.test/.preview.example.com/done",
        "https://evil.test?.preview.example.com/done",
        "https://evil.test#.preview.example.com/done",
        "https://evil.test:x.preview.example.com/done",
        "https://app.example.com/ok#fragment",
        "https://app.example.com/with\nnewline",
        "https://app.example.com/with space",
        "https://exаmple.com/",
        "javascript:alert(1)",
        "JavaScript://app.example.com/%0aalert(1)",
        "data:text/html,x",
        "myapp://elsewhere"
      })
  void whatTheyDoNotNameIsRefusedHoweverItIsSpelt(String address) {
    assertThat(Redirects.isAllowed(address, SITE, PATTERNS)).isFalse();
  }
}
