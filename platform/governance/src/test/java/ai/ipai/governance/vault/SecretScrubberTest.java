package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@Tag("REQ-VAULT-006")
final class SecretScrubberTest {
  private final SecretScrubber scrubber = new SecretScrubber();

  private String learn(String secret) {
    scrubber.learn(SecretValue.of(secret));
    return secret;
  }

  @Test
  void aSecretIsFoundHoweverItTravels() {
    String secret = learn("pä$$ \"w/ö+rd\\=& <1>'~*");
    byte[] utf8 = secret.getBytes(StandardCharsets.UTF_8);
    String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    List<String> travelling = new ArrayList<>();
    travelling.add(secret);
    travelling.add(form);
    travelling.add(form.replace("+", "%20"));
    travelling.add(form.toLowerCase(java.util.Locale.ROOT).equals(form) ? form : secret);
    travelling.add(JsonMapper.builder().build().writeValueAsString(secret));
    travelling.add(HexFormat.of().formatHex(utf8));
    travelling.add(Base64.getEncoder().encodeToString(utf8));
    travelling.add(Base64.getUrlEncoder().withoutPadding().encodeToString(utf8));
    for (String user : List.of("a", "ab", "abc", "admin@example.com")) {
      byte[] basic = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
      travelling.add(Base64.getEncoder().encodeToString(basic));
    }
    for (String text : travelling) {
      String scrubbed = scrubber.scrub("before " + text + " after");
      assertThat(scrubbed).startsWith("before ").endsWith(" after").contains("***");
      assertThat(scrubbed.length())
          .as(text)
          .isLessThanOrEqualTo(16 + text.length() - secret.length());
    }
  }

  @Test
  void textWithoutSecretsIsTheSameObject() {
    learn("correct horse battery staple");
    String text = "correct horse battery stable";
    assertThat(scrubber.scrub(text)).isSameAs(text);
  }

  @Test
  void overlappingSecretsAreCoveredTogether() {
    learn("abcdef");
    learn("defghi");
    learn("cdefg");
    assertThat(scrubber.scrub("xabcdefghix abcdef")).isEqualTo("x***x ***");
    learn("aaaa");
    assertThat(scrubber.scrub("b" + "a".repeat(50) + "b")).isEqualTo("b***b");
  }

  @Test
  void everyLineOfAKeyFileCounts() {
    learn(
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----");
    assertThat(scrubber.scrub("line AQEFAASCBKcwggSjAgEAAoIB")).isEqualTo("line ***");
    assertThat(scrubber.scrub("-----BEGIN PRIVATE KEY-----")).startsWith("-----BEGIN");
  }

  @Test
  void wordsTooShortToBeSecretsAreLeftAlone() {
    learn("abc");
    assertThat(scrubber.scrub("abc")).isEqualTo("abc");
  }

  /** Against the plain way of finding things, on random small texts. */
  @Test
  void findsExactlyWhatSearchingOneByOneFinds() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      List<String> patterns = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(5); i++) {
        patterns.add(word(random, 1 + random.nextInt(4)));
      }
      String text = word(random, 30);
      assertThat(PatternTree.of(patterns).replace(text, "*"))
          .as("%s in %s", patterns, text)
          .isEqualTo(oneByOne(patterns, text));
    }
  }

  private static String word(Random random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  private static String oneByOne(List<String> patterns, String text) {
    List<int[]> hits = new ArrayList<>();
    for (String pattern : patterns) {
      for (int at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
        hits.add(new int[] {at, at + pattern.length()});
      }
    }
    hits.sort((a, b) -> a[0] - b[0]);
    StringBuilder replaced = new StringBuilder();
    int copied = 0;
    for (int i = 0; i < hits.size(); ) {
      int from = hits.get(i)[0];
      int to = hits.get(i)[1];
      for (i++; i < hits.size() && hits.get(i)[0] <= to; i++) {
        to = Math.max(to, hits.get(i)[1]);
      }
      replaced.append(text, copied, from).append('*');
      copied = to;
    }
    return replaced.append(text.substring(copied)).toString();
  }
}
