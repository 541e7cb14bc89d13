/**
 * What policies/*.yaml declares, checked against the catalog and compiled to one access plan per
 * relation. Pure: nothing here talks to a database but {@link PolicyStore} and {@link
 * CatalogReader}.
 */
@NullMarked
package ai.ipai.governance.policy;

import org.jspecify.annotations.NullMarked;
