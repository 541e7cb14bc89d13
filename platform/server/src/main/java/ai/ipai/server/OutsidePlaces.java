package ai.ipai.server;

import ai.ipai.governance.config.IpaiConfig;
import ai.ipai.governance.config.SecretSource;
import ai.ipai.governance.config.Setting;
import ai.ipai.governance.object.FolderObjects;
import ai.ipai.governance.object.LazyObjects;
import ai.ipai.governance.object.ObjectErrors;
import ai.ipai.governance.object.ObjectStore;
import ai.ipai.governance.object.S3Objects;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.Vault;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;

/** Places outside this machine: {@code file:} folders and {@code s3:} buckets. */
public final class OutsidePlaces {
  /** To whom the secret of the buckets is granted. */
  public static final SecretUser USER = SecretUser.job("safekeeping");

  private OutsidePlaces() {}

  /**
   * Asks nothing yet: neither the vault nor the place.
   *
   * @param place {@code s3://bucket/prefix} or {@code file:///folder}
   * @param vault asked for a secret that the settings only name
   */
  public static ObjectStore open(URI place, IpaiConfig.S3 settings, Supplier<Vault> vault) {
    if ("file".equals(place.getScheme())) {
      return new FolderObjects(Path.of(place.getPath()));
    }
    return new LazyObjects(
        place.toString(),
        () ->
            new S3Objects(
                place,
                settings.endpoint(),
                settings.region(),
                settings.accessKeyId().orElseThrow(() -> missing(Setting.S3_ACCESS_KEY_ID)),
                reveal(
                    settings.secretKey().orElseThrow(() -> missing(Setting.S3_SECRET_KEY)), vault),
                Clock.systemUTC()));
  }

  private static String reveal(SecretSource secret, Supplier<Vault> vault) {
    return switch (secret) {
      case SecretSource.Given(var value) -> value.reveal();
      case SecretSource.Named(var reference) -> vault.get().resolve(USER, reference).reveal();
    };
  }

  private static IpaiException missing(Setting setting) {
    return new IpaiException(
            ObjectErrors.NOT_CONFIGURED, "A bucket is named, but not who signs requests to it.")
        .fact("setting", setting.variable())
        .hint(
            "Set it, or in ipai.yaml "
                + setting.key().orElse("")
                + "; a secret as secret://name, granted to "
                + USER
                + ".");
  }
}
