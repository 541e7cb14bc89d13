package ai.ipai.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-SERVER-005")
class PasswordHasherTest {
  private final PasswordHasher hasher = new PasswordHasher();

  @Test
  void aHashIsArgon2idWhateverTheLocaleAndMatchesItsPasswordOnly() {
    String hash = hasher.hash("secret ığüş");
    assertThat(hash)
        .matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
    assertThat(hasher.matches("secret ığüş", hash)).isTrue();
    assertThat(hasher.matches("secret igus", hash)).isFalse();
    assertThat(hasher.hash("secret ığüş")).isNotEqualTo(hash);
  }

  @Test
  void hashesOfTheReferenceImplementationAndOfSupabaseAreGood() {
    // `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32`, from the reference's own
    // tests.
    assertThat(
            hasher.matches(
                "password",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"))
        .isTrue();
    // bcrypt's published test vector.
    assertThat(
            hasher.matches("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"))
        .isTrue();
    assertThat(
            hasher.matches("abd", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"))
        .isFalse();
  }

  @Test
  void whatIsNoHashMatchesNothing() {
    for (String hash : new String[] {"", "plain", "$1$x", "$2a$", "$argon2i$v=19$m=1$x$y"}) {
      assertThat(hasher.matches("plain", hash)).as(hash).isFalse();
    }
    assertThat(hasher.matchesNobody("nobody has this password")).isFalse();
  }

  @Test
  void aHashThatWouldHoldUpEverybodyIsNotChecked() {
    String salt = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    String bcrypt = "$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";
    for (String dear :
        new String[] {
          "$argon2id$v=19$m=9999999,t=2,p=1" + salt,
          "$argon2id$v=19$m=65536,t=99,p=1" + salt,
          "$argon2id$v=19$m=65536,t=2,p=99" + salt,
          "$argon2id$v=19$m=65536,t=0,p=1" + salt,
          "$argon2id$v=19$m=4,t=2,p=1" + salt,
          "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQxx$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
          "$2a$31" + bcrypt,
          "$2a$03" + bcrypt
        }) {
      assertThat(PasswordHasher.isAffordable(dear)).as(dear).isFalse();
      assertThat(hasher.matches("password", dear)).as(dear).isFalse();
    }
    assertThat(PasswordHasher.isAffordable("$argon2id$v=19$m=65536,t=2,p=1" + salt)).isTrue();
    assertThat(PasswordHasher.isAffordable("$2a$06" + bcrypt)).isTrue();
    assertThat(PasswordHasher.isAffordable(hasher.hash("own"))).isTrue();
  }
}
