// Private endpoints for what the app uses, and the zones by which its names lead there.

@description('Ends the names of the resources.')
param name string

@description('Resource id of the subnet of the endpoints.')
param subnetId string

@description('Resource id of the storage account.')
param storageId string

@description('Resource id of the vault.')
param vaultId string

@description('Resource id of the namespace of the queue.')
param namespaceId string

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

var suffix = environment().suffixes.storage
var services = [
  { id: storageId, part: 'blob', zone: 'privatelink.blob.${suffix}' }
  { id: storageId, part: 'queue', zone: 'privatelink.queue.${suffix}' }
  { id: storageId, part: 'table', zone: 'privatelink.table.${suffix}' }
  { id: vaultId, part: 'vault', zone: 'privatelink.vaultcore.azure.net' }
  { id: namespaceId, part: 'namespace', zone: 'privatelink.servicebus.windows.net' }
]
var networkId = first(split(subnetId, '/subnets/'))

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: service.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, i) in services: {
    parent: zones[i]
    name: 'link-${name}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for service in services: {
    name: 'pe-${service.part}-${name}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: subnetId
      }
      privateLinkServiceConnections: [
        {
          name: service.part
          properties: {
            privateLinkServiceId: service.id
            groupIds: [service.part]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (service, i) in services: {
    parent: endpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: service.part
          properties: {
            privateDnsZoneId: zones[i].id
          }
        }
      ]
    }
  }
]
