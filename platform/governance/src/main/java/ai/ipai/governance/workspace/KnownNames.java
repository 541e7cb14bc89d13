package ai.ipai.governance.workspace;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What exists outside of the files that a workspace may refer to. What is empty cannot be known at
 * the moment and is not checked.
 *
 * @param connectorTypes by the word in {@code type:}; an empty map checks nothing
 * @param tables published tables as {@code schema.name}
 * @param secrets names in the vault
 * @param catalog what is in the database, whose columns the rules of policies are checked against
 */
public record KnownNames(
    Map<String, ConnectorSpec> connectorTypes,
    Optional<Set<String>> tables,
    Optional<Set<String>> secrets,
    Optional<CatalogSnapshot> catalog) {
  /** The platform roles, see docs/explanation/architecture.md. */
  public static final List<String> ROLES =
      List.of(
          "ipai_platform_admin",
          "ipai_data_engineer",
          "ipai_analytics_engineer",
          "ipai_bi_developer",
          "ipai_ai_engineer",
          "ipai_operator",
          "ipai_auditor");

  public KnownNames {
    connectorTypes = Map.copyOf(connectorTypes);
    tables = tables.map(Set::copyOf);
    secrets = secrets.map(Set::copyOf);
  }

  /** Nothing is known beyond the files. */
  public static KnownNames none() {
    return new KnownNames(Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public KnownNames withConnectorTypes(Map<String, ConnectorSpec> types) {
    return new KnownNames(types, tables, secrets, catalog);
  }

  public KnownNames withTables(Set<String> names) {
    return new KnownNames(connectorTypes, Optional.of(names), secrets, catalog);
  }

  public KnownNames withSecrets(Set<String> names) {
    return new KnownNames(connectorTypes, tables, Optional.of(names), catalog);
  }

  /**
   * What is there and what the workspace will make; rules that name anything else are at fault.
   *
   * @param declared relations whose columns are not known yet
   */
  public KnownNames withCatalog(CatalogSnapshot there, Set<QualifiedName> declared) {
    Set<String> names = new TreeSet<>();
    there.relations().keySet().forEach(name -> names.add(name.toString()));
    declared.forEach(name -> names.add(name.toString()));
    return new KnownNames(connectorTypes, Optional.of(names), secrets, Optional.of(there));
  }
}
