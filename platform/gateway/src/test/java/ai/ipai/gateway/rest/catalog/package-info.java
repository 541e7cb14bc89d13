@NullMarked
package ai.ipai.gateway.rest.catalog;

import org.jspecify.annotations.NullMarked;
