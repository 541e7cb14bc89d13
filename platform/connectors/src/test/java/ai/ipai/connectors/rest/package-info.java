@NullMarked
package ai.ipai.connectors.rest;

import org.jspecify.annotations.NullMarked;
